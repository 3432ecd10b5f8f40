extends PanelContainer
## A form that signs in by a mailed code: an address, then the code.
##
## It uses the autoload `Api`; give it another client before it enters the tree, if there is one.

## Somebody is signed in now.
signal signed_in(user_id: String)

const ApiError = preload("../core/api_error.gd")
const Client = preload("../core/client.gd")
const Reply = preload("../core/reply.gd")

## The client that signs in.
var client: Client = null

var _has_asked: bool = false

@onready var _help: Label = $Margin/Column/Help
@onready var _address: LineEdit = $Margin/Column/Address
@onready var _code: LineEdit = $Margin/Column/Code
@onready var _problem: Label = $Margin/Column/Problem
@onready var _go: Button = $Margin/Column/Go
@onready var _other: Button = $Margin/Column/Other


func _ready() -> void:
	if client == null:
		client = get_node("/root/Api")
	var _connected: int = _go.pressed.connect(go)
	_connected = _other.pressed.connect(_begin)
	_connected = _address.text_submitted.connect(_on_submitted)
	_connected = _code.text_submitted.connect(_on_submitted)
	_begin()


## Does the next step with what was typed: asks for a code, or signs in with it.
func go() -> void:
	_wait(true)
	var reply: Reply
	if _has_asked:
		reply = await client.session.sign_in(_code.text)
	else:
		reply = await client.session.request_code(_address.text.strip_edges())
	_wait(false)
	if not reply.is_done():
		var error: ApiError = reply.errors.front()
		_problem.text = error.message
	elif _has_asked:
		_show(tr("You are signed in."), false, false)
		signed_in.emit(client.session.user_id)
	else:
		_has_asked = true
		_show(tr("A code is on its way to %s.") % _address.text.strip_edges(), false, true)
		_code.grab_focus()


func _begin() -> void:
	_has_asked = false
	_code.text = ""
	_show(tr("Type your e-mail address: a code will be mailed to it."), true, false)
	_address.grab_focus()


func _show(help: String, asks_address: bool, asks_code: bool) -> void:
	_help.text = help
	_problem.text = ""
	_address.visible = asks_address
	_code.visible = asks_code
	_go.visible = asks_address or asks_code
	_go.text = tr("Sign in") if asks_code else tr("Send me a code")
	_other.visible = asks_code
	_other.text = tr("Use another address")


func _wait(is_waiting: bool) -> void:
	_go.disabled = is_waiting
	_other.disabled = is_waiting
	_problem.text = ""


func _on_submitted(_text: String) -> void:
	if not _go.disabled:
		await go()
