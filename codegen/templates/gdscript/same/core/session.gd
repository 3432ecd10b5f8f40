extends RefCounted
## Who is signed in. A session is kept in `user://` together with the address of the server that
## gave it, and goes to no other.
##
## Whether it is still good is for the server to say: this machine's clock is not asked.

## Somebody is signed in: just now, or since an earlier run.
signal found(user_id: String)
## Nobody is signed in any more: signed out, or the server ended it.
signal lost

const ApiError = preload("api_error.gd")
const Reply = preload("reply.gd")
const Request = preload("request.gd")
const Row = preload("row.gd")
const Sender = preload("sender.gd")
const Store = preload("store.gd")

const FILE: String = "session.json"
## What the names of sessions begin with that were ended here and of which the server has not heard.
const ENDED: String = "ended-"
const REQUEST_CODE: String = """mutation RequestSignInCode($input: RequestSignInCodeInput!) {
  requestSignInCode(input: $input) { result { flow } errors { code message path fields } }
}"""
const SIGN_IN: String = """mutation SignInWithCode($input: SignInWithCodeInput!) {
  signInWithCode(input: $input) { result { token <user> } errors { code message path fields } }
}"""
const SIGN_OUT: String = """mutation SignOut {
  signOut { result errors { code message path fields } }
}"""

## The id of who is signed in, or the address where the API does not tell it; empty if nobody is.
var user_id: String = ""

var _sender: Sender
var _store: Store
var _flow: String = ""
var _email: String = ""
var _has_user: bool = true


func _init(sender: Sender, store: Store, has_user: bool) -> void:
	_has_user = has_user
	_sender = sender
	_store = store
	var _connected: int = sender.token_refused.connect(_end)
	_connected = sender.connection_restored.connect(tell_ended)


## Whether somebody is signed in.
func is_signed_in() -> bool:
	return not user_id.is_empty()


## Takes up the session of an earlier run, if there is one for this server.
func restore() -> void:
	tell_ended()
	var kept: Dictionary = _store.read(FILE)
	if str(kept.get("url")) != _sender.url or is_signed_in():
		return
	var token: String = str(kept.get("token", ""))
	var id: String = str(kept.get("user_id", ""))
	if not token.is_empty() and not id.is_empty():
		_begin(token, id)


## Has a code mailed to that address. The answer is the same whether anybody has it.
func request_code(email: String) -> Reply:
	var request: Request = Request.new(
		"requestSignInCode", REQUEST_CODE, {"input": {"email": email}}
	)
	var reply: Reply = await _sender.send(request)
	if reply.is_done() and reply.value is Dictionary:
		var result: Dictionary = reply.value
		_flow = str(result.get("flow", ""))
		_email = email.strip_edges().to_lower()
	return reply


## Signs in with the code that was mailed. It works here alone, where it was asked for.
func sign_in(code: String) -> Reply:
	if _flow.is_empty():
		var early: Reply = Reply.new()
		early.fail(ApiError.Code.INVALID, "ask for a code first", ["input", "code"])
		return early
	var input: Dictionary = {"flow": _flow, "code": code.strip_edges()}
	var request: Request = Request.new("signInWithCode", _sign_in_text(), {"input": input})
	var reply: Reply = await _sender.send(request)
	if reply.is_done() and reply.value is Dictionary:
		var result: Row = Row.new(reply.value)
		var user: Row = result.below("user")
		# The token lives here and in its file: whoever holds the reply has no use for it.
		var token: String = result.text("token")
		reply.value = true
		_flow = ""
		_begin(token, user.text("id") if user.has("id") else _email)
		_keep(token)
	return reply


## Ends the session: here at once, and on the server as soon as it hears of it.
func sign_out() -> Reply:
	var reply: Reply = Reply.new()
	if is_signed_in():
		var token: String = _sender.token()
		var name: String = ENDED + token.sha256_text().left(16) + Store.ENDING
		var _is_kept: bool = _store.write(name, {"url": _sender.url, "token": token})
		_end()
		reply = await _tell_ended(name, token)
	return reply


## Leaves the session without ending it: another server is asked from now on.
func leave() -> void:
	if is_signed_in():
		user_id = ""
		_sender.use_token("")
		lost.emit()


## Tells the server of the sessions that were ended while it could not hear it.
func tell_ended() -> void:
	for name: String in _store.names():
		if name.begins_with(ENDED):
			var ended: Dictionary = _store.read(name)
			if str(ended.get("url")) == _sender.url:
				var _reply: Reply = await _tell_ended(name, str(ended.get("token", "")))


## Ends a session on the server, and forgets it as soon as that has answered.
func _tell_ended(name: String, token: String) -> Reply:
	var reply: Reply = await _sender.send_as(Request.new("signOut", SIGN_OUT), token)
	if reply.is_settled or reply.is_unauthenticated:
		_store.remove(name)
	return reply


## The texts of the operations that are sent here.
func operations() -> PackedStringArray:
	return [REQUEST_CODE, _sign_in_text(), SIGN_OUT]


func _sign_in_text() -> String:
	return SIGN_IN.replace("<user>", "user { id }" if _has_user else "")


func _begin(token: String, id: String) -> void:
	user_id = id
	_sender.use_token(token)
	found.emit(id)


func _keep(token: String) -> void:
	var kept: Dictionary = {"url": _sender.url, "token": token, "user_id": user_id}
	if not _store.write(FILE, kept):
		push_warning("The session could not be kept: the next start asks for a new sign-in.")


func _end() -> void:
	if not is_signed_in():
		return
	# Another window may have signed somebody in meanwhile.
	if str(_store.read(FILE).get("token")) == _sender.token():
		_store.remove(FILE)
	leave()
