extends Node
## Does in the running game what the page of a test asks for, and tells the page what came of it.

const ClientTest = preload("res://client_test.gd")


func _ready() -> void:
	JavaScriptBridge.eval("window.answers = {}; window.commands = window.commands || [];", true)
	var _connected: int = Api.session_lost.connect(_note.bind("session_lost"))
	_connected = Api.connection_lost.connect(_note.bind("connection_lost"))
	_connected = Api.connection_restored.connect(_note.bind("connection_restored"))
	_note("started")


func _process(_delta: float) -> void:
	var text: Variant = JavaScriptBridge.eval("JSON.stringify(window.commands.shift() || null)", true)
	var command: Variant = JSON.parse_string(str(text))
	if command is Dictionary:
		_answer(command)


func _answer(command: Dictionary) -> void:
	var method: String = "do_%s" % command["name"]
	var arguments: Array = command["arguments"]
	var found: Variant = await callv(method, arguments)
	_tell("window.answers[%d] = %s" % [int(command["id"]), JSON.stringify([found])])


func do_client_tests() -> Dictionary:
	# The lobby has calls of its own.
	get_tree().current_scene.free()
	var test: ClientTest = ClientTest.new()
	add_child(test)
	return await test.run()


func do_request_code(email: String) -> Dictionary:
	return _reply(await Api.session.request_code(email))


func do_sign_in(code: String) -> Dictionary:
	return _reply(await Api.session.sign_in(code))


func do_sign_out() -> Dictionary:
	return _reply(await Api.session.sign_out())


## The session and the outbox.
func do_state() -> Dictionary:
	return {
		"user_id": Api.session.user_id, "waiting": Api.outbox.size(), "is_online": Api.is_online()
	}


## A call of one of the API's groups. An argument `{"enum": "Role", "member": "ADMIN"}` is that member.
func do_call(group: String, call: String, arguments: Array) -> Dictionary:
	var found: Variant = await Api.get(group).callv(call, _values(arguments))
	return _value(found)


## All rows of a list.
func do_list(group: String, call: String, more: Dictionary) -> Dictionary:
	var pages: Variant = Api.get(group).call(call, _values([more])[0])
	var rows: Array = []
	while await pages.next():
		for row: Object in pages.nodes:
			rows.append(_value(row))
	return {"ok": pages.ok, "rows": rows, "total": pages.total_count}


## Starts a call and does not wait for its answer.
func do_begin(group: String, call: String, arguments: Array) -> bool:
	Api.get(group).callv(call, _values(arguments))
	return true


func do_set_time_limit(seconds: float) -> bool:
	Api.time_limit = seconds
	return true


func do_flush() -> int:
	await Api.outbox.flush()
	return Api.outbox.size()


func do_start() -> Dictionary:
	var started: Api.StartResult = await Api.start()
	return {"ok": started.ok, "signed_in": started.signed_in, "misfits": Array(started.misfits)}


## Asks the server whether it knows these operations.
func do_check(texts: Array) -> Dictionary:
	var result: Api.StartResult = Api.StartResult.new()
	await Api._check(PackedStringArray(texts), result)
	return {"misfits": Array(result.misfits), "errors": result.errors.size()}


## The modifications that run, the reasons of those that do not, and what the stage shows.
func do_run_modifications() -> Dictionary:
	var modifications: Node = get_tree().current_scene.get_node("%Modifications")
	var refused: Dictionary = {}
	var note: Callable = func(title: String, reason: String) -> void: refused[title] = reason
	modifications.refused.connect(note)
	await modifications.run()
	modifications.refused.disconnect(note)
	var shown: Array = []
	for node: Node in modifications.get_parent().find_children("*", "Control", true, false):
		shown.append(str(node.name))
	return {"running": modifications.size(), "refused": refused, "stage": shown}


## Tries to run a modification that was changed on its way.
func do_run_changed(source: String, hash: String, state: String) -> Dictionary:
	var modifications: Node = get_tree().current_scene.get_node("%Modifications")
	var changed: Api.RunningModification = Api.RunningModification.new()
	changed.id = "changed"
	changed.title = "Changed"
	changed.source = source
	changed.source_hash = hash if not hash.is_empty() else source.sha256_text()
	changed.state = Api.ModificationState.get(state)
	var refused: Dictionary = {}
	var note: Callable = func(title: String, reason: String) -> void: refused[title] = reason
	modifications.refused.connect(note)
	modifications.run_one(changed)
	modifications.refused.disconnect(note)
	return refused


## What the lobby shows, as somebody reads it.
func do_texts() -> Array:
	var texts: Array = []
	for label: Node in get_tree().current_scene.find_children("*", "", true, false):
		if label.get("text") is String and label.is_visible_in_tree():
			texts.append(label.get("text"))
		if label is RichTextLabel:
			texts.append(label.get_parsed_text())
	return texts


## Types into a field of the sign-in scene and presses its button.
func do_type_and_go(field: String, text: String) -> bool:
	var scene: Node = get_tree().current_scene.find_child("SignIn", true, false)
	while scene == null or scene.is_queued_for_deletion():
		await get_tree().process_frame
		scene = get_tree().current_scene.find_child("SignIn", true, false)
	scene.find_child(field, true, false).text = text
	await scene.go()
	return true


func _values(arguments: Array) -> Array:
	return arguments.map(_given)


func _given(value: Variant) -> Variant:
	if value is Dictionary:
		if value.has("enum"):
			var constants: Dictionary = Api.get_script().get_script_constant_map()
			return constants[value["enum"]][value["member"]]
		var given: Dictionary = {}
		for key: String in value:
			given[key] = _given(value[key])
		return given
	if value is Array:
		return value.map(_given)
	# JSON has no whole numbers.
	if value is float and value == floorf(value):
		return int(value)
	return value


func _reply(reply: Object) -> Dictionary:
	var codes: Array = []
	for error: Object in reply.errors:
		codes.append(error.code_name())
	return {"ok": reply.is_done(), "codes": codes}


func _value(value: Variant) -> Variant:
	if value is Array:
		return value.map(_value)
	if not value is Object:
		return value
	if value is Api.ApiError:
		return value.code_name()
	var found: Dictionary = {}
	for property: Dictionary in value.get_property_list():
		if property["usage"] & PROPERTY_USAGE_SCRIPT_VARIABLE and not property["name"].begins_with("_"):
			found[property["name"]] = _value(value.get(property["name"]))
	return found


func _note(what: Variant, _more: Variant = null) -> void:
	_tell("(window.notes = window.notes || []).push(%s)" % JSON.stringify(what))


func _tell(script: String) -> void:
	JavaScriptBridge.eval(script + "; 0", true)
