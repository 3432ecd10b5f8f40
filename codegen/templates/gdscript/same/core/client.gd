extends Node
## What every client has, whatever its API: where the server is, who is signed in, what waits, and
## whether both still fit.

## Somebody is signed in: just now, or since an earlier run.
signal session_found(user_id: String)
## Nobody is signed in any more: signed out, or the server ended the session.
signal session_lost
## The server cannot be reached. What can wait is kept.
signal connection_lost
## The server answers again, and what was kept is on its way.
signal connection_restored
## The server does not know these operations, or not in this way: the game is older, or newer, than
## the server.
signal misfit_found(operations: PackedStringArray)

const ApiError = preload("api_error.gd")
const Call = preload("call.gd")
const FakeTransport = preload("fake_transport.gd")
const Inputs = preload("inputs.gd")
const Outbox = preload("outbox.gd")
const Reply = preload("reply.gd")
const Request = preload("request.gd")
const Sender = preload("sender.gd")
const Session = preload("session.gd")
const StartResult = preload("start_result.gd")
const Store = preload("store.gd")
const Transport = preload("transport.gd")
const WebStore = preload("web_store.gd")
const ErrorCode = ApiError.Code

## The characters of operations that are asked about in one request: far fewer than a server takes
## that was told nothing else.
const CHECKED_AT_ONCE: int = 8_000

## Where the server is: `https://example.org`.
var url: String:
	set = _set_url,
	get = _get_url
## What carries requests: over HTTP, or a `FakeTransport` in the game's own tests.
var transport: Transport:
	set = _set_transport,
	get = _get_transport
## The seconds within which an answer must come.
var time_limit: float:
	set = _set_time_limit,
	get = _get_time_limit
## Who is signed in.
var session: Session
## What waits for a connection.
var outbox: Outbox
## What turns a game's values into the API's.
var inputs: Inputs

var _sender: Sender


## A client that keeps its things in that folder of `user://`. Whether sign-in answers who it is
## depends on the API.
func _init(
	folder: String = "user://api",
	types: Dictionary = {},
	enums: Dictionary = {},
	has_user: bool = true
) -> void:
	process_mode = Node.PROCESS_MODE_ALWAYS
	inputs = Inputs.new(types, enums)
	_sender = Sender.new()
	add_child(_sender)
	session = Session.new(_sender, _store(folder), has_user)
	outbox = Outbox.new(_sender, session, _store(folder.path_join("outbox")))
	_pass_on(session.found, session_found)
	_pass_on(session.lost, session_lost)
	_pass_on(_sender.connection_lost, connection_lost)
	_pass_on(_sender.connection_restored, connection_restored)


## Call it once when the game starts: takes up the session and what waits from the last run, and
## asks whether the server still knows what this client will ask. Without a connection that is asked
## at the next start.
func start() -> StartResult:
	if not is_inside_tree():
		await ready
	var result: StartResult = StartResult.new()
	outbox.restore()
	session.restore()
	result.signed_in = session.is_signed_in()
	for texts: PackedStringArray in _chunks():
		if is_online() and result.errors.is_empty():
			await _check(texts, result)
	if not result.misfits.is_empty():
		result.ok = false
		push_error("The server does not know these operations: %s" % ", ".join(result.misfits))
		misfit_found.emit(result.misfits)
	return result


## Does a call, unless what it was given does not fit.
func run(asked: Call) -> Reply:
	var reply: Reply = Reply.new()
	if not asked.errors.is_empty():
		reply.errors = asked.errors
		return reply
	var request: Request = Request.new(asked.field, asked.text, asked.variables)
	if not request.is_mutation or not asked.takes_key or not session.is_signed_in():
		return await _sender.send(request)
	request.take_key()
	if asked.can_wait:
		return await outbox.add(request)
	return await _sender.send(request)


## Whether the server answered the last time.
func is_online() -> bool:
	return _sender.is_online


## The time now as the API writes it, by the server's clock as far as its answers told it. Give it
## to what is recorded: what waits for a connection then has the time at which it was done.
func now() -> String:
	return _sender.clock.now()


## Every operation that this client may send.
func _operations() -> PackedStringArray:
	return []


## The operations in portions that the server takes at once.
func _chunks() -> Array[PackedStringArray]:
	var chunks: Array[PackedStringArray] = []
	var chunk: Array[String] = []
	var length: int = 0
	for text: String in _operations():
		if length + text.length() > CHECKED_AT_ONCE and not chunk.is_empty():
			chunks.append(PackedStringArray(chunk))
			chunk = []
			length = 0
		length += text.length()
		chunk.append(text)
	chunks.append(PackedStringArray(chunk))
	return chunks


## Has the server validate operations without doing any: they stand in one document, one on each
## line, and only the first is run.
func _check(texts: PackedStringArray, result: StartResult) -> void:
	var lines: Array[String] = [Request.FITS]
	for text: String in texts:
		lines.append(text.replace("\n", " "))
	var request: Request = Request.new("fits", "\n".join(PackedStringArray(lines)))
	var reply: Reply = await _sender.send_once(request)
	if not reply.has(ApiError.Code.INVALID):
		result.errors.append_array(reply.errors)
		return
	var misfits: Array[String] = []
	for line: int in reply.lines:
		if line > 1 and line <= lines.size():
			var misfit: String = Request.name_of(lines[line - 1])
			if not misfits.has(misfit):
				misfits.append(misfit)
	result.misfits.append_array(PackedStringArray(misfits))
	if misfits.is_empty():
		result.errors.append_array(reply.errors)


func _store(folder: String) -> Store:
	return WebStore.new(folder) if OS.has_feature("web") else Store.new(folder)


func _pass_on(from: Signal, to: Signal) -> void:
	var _connected: int = from.connect(to.emit)


func _set_url(next: String) -> void:
	if _sender.url != next.trim_suffix("/"):
		session.leave()
	_sender.url = next.trim_suffix("/")


func _get_url() -> String:
	return _sender.url


func _set_transport(next: Transport) -> void:
	_sender.transport = next


func _get_transport() -> Transport:
	return _sender.transport


func _set_time_limit(next: float) -> void:
	_sender.time_limit = next


func _get_time_limit() -> float:
	return _sender.time_limit
