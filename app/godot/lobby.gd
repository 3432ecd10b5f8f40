extends Control
## The lobby: sign in, see the worlds, go there, and see what was done. What the platform changed
## runs on the stage in the middle.
##
## `--server=URL` among the game's arguments says where the server is.

const SignIn = preload("res://addons/app/sign_in/sign_in.gd")
const SignInScene = preload("res://addons/app/sign_in/sign_in.tscn")
const Modifications = preload("modifications.gd")
const WorldRow = preload("world_row.gd")
const WorldRowScene = preload("world_row.tscn")

## How many lines the feed has.
const LINES: int = 12

var _sign_in: SignIn = null

@onready var _who: Label = $Rows/Bar/Who
@onready var _state: Label = $Rows/Bar/State
@onready var _sign_out: Button = $Rows/Bar/SignOut
@onready var _welcome: CenterContainer = $Rows/Welcome
@onready var _columns: HBoxContainer = $Rows/Columns
@onready var _worlds: VBoxContainer = $Rows/Columns/Worlds/Scroll/List
@onready var _feed: RichTextLabel = $Rows/Columns/Feed/Text
@onready var _kinds: HFlowContainer = $Rows/Columns/Middle/Kinds
@onready var _modifications: Modifications = %Modifications


func _ready() -> void:
	for argument: String in OS.get_cmdline_args() + OS.get_cmdline_user_args():
		if argument.begins_with("--server="):
			Api.url = argument.trim_prefix("--server=")
	var _connected: int = Api.session_found.connect(_on_session_found)
	_connected = Api.session_lost.connect(_on_session_lost)
	_connected = Api.connection_lost.connect(_show_state)
	_connected = Api.connection_restored.connect(_show_state)
	_connected = Api.outbox.sent.connect(_on_sent)
	_connected = _sign_out.pressed.connect(_on_sign_out)
	_add_kinds()
	_state.text = "Looking for the server"
	var started: Api.StartResult = await Api.start()
	_show_state()
	if not started.signed_in:
		_on_session_lost()
	elif not started.ok:
		_state.text = "This game is older or newer than the server"


## Records something that was done, here or in a world, and shows it.
func record(kind: Api.ActivityKind, world_id: String = "") -> Api.Activity.Result:
	# It may be sent much later.
	var more: Dictionary = {"occurred_at": Api.now()}
	if not world_id.is_empty():
		more["world_id"] = world_id
	var made: Api.Activity.Result = await Api.activities.record(kind, more)
	_show_state()
	if made.ok:
		await show_feed()
	elif not made.kept:
		_state.text = made.error.message
	return made


## Reads what one did, newest first.
func show_feed() -> void:
	var pages: Api.FeedLine.Pages = Api.activities.as_feed_line().list({"first": LINES})
	if not await pages.next() and not pages.ok:
		return
	_feed.clear()
	for line: Api.FeedLine in pages.nodes:
		var place: String = "in [b]%s[/b]" % _plain(line.world.name) if line.world != null else ""
		var time: String = line.occurred_at.substr(11, 5)
		_feed.append_text("[color=#7f8c9b]%s[/color]  %s %s\n" % [time, _word(line.kind), place])


## Reads the worlds that one may see.
func show_worlds() -> void:
	for row: Node in _worlds.get_children():
		row.queue_free()
	var reader: String = Api.session.user_id
	var pages: Api.WorldCard.Pages = Api.worlds.as_world_card().list()
	while await pages.next():
		if reader != Api.session.user_id:
			return
		for world: Api.WorldCard in pages.nodes:
			var row: WorldRow = WorldRowScene.instantiate()
			_worlds.add_child(row)
			row.show_world(world)
			var _connected: int = row.visited.connect(_on_visited)


func _add_kinds() -> void:
	for kind: Api.ActivityKind in [
		Api.ActivityKind.SOCIALIZE,
		Api.ActivityKind.PERFORM,
		Api.ActivityKind.ROLEPLAY,
		Api.ActivityKind.STRATEGIZE,
		Api.ActivityKind.COMPETE,
	]:
		var button: Button = Button.new()
		button.text = _word(kind).capitalize()
		_kinds.add_child(button)
		var _connected: int = button.pressed.connect(record.bind(kind))


## A text that somebody wrote, without what would be markup.
func _plain(text: String) -> String:
	return text.replace("[", "[lb]")


func _word(kind: Api.ActivityKind) -> String:
	return str(Api.ActivityKind.find_key(kind)).to_lower()


func _show_state() -> void:
	var waiting: int = Api.outbox.size()
	if not Api.is_online():
		_state.text = "No connection: %d kept for later" % waiting
	elif waiting > 0:
		_state.text = "Sending %d" % waiting
	else:
		_state.text = ""


func _on_session_found(user_id: String) -> void:
	if _sign_in != null:
		_sign_in.queue_free()
		_sign_in = null
	_welcome.hide()
	_columns.show()
	_sign_out.show()
	_show_state()
	var found: Api.User.Result = await Api.users.find(user_id)
	_who.text = found.value.display_name
	await show_worlds()
	await show_feed()
	await _modifications.run()


func _on_session_lost() -> void:
	_who.text = ""
	_columns.hide()
	_sign_out.hide()
	_modifications.stop()
	_welcome.show()
	if _sign_in == null:
		_sign_in = SignInScene.instantiate()
		_welcome.add_child(_sign_in)


func _on_sign_out() -> void:
	var _reply: Api.Reply = await Api.session.sign_out()


func _on_visited(world: Api.WorldCard) -> void:
	var _made: Api.Activity.Result = await record(Api.ActivityKind.EXPLORE, world.id)


func _on_sent(_field: String, _key: String) -> void:
	_show_state()
	await show_feed()
