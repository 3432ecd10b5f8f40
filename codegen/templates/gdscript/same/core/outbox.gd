extends RefCounted
## What was done and is not answered yet. Each entry is a file in `user://` that holds the request
## as it was first sent and its key, so that the server does it once, however often it comes; it
## goes when its answer has come. They are sent one after the other, in order.
##
## Two games that share one `user://` may send the same entry: the server knows it by its key.

## An entry that had been kept was done.
signal sent(field: String, key: String)
## An entry that had been kept was refused. It does not wait any longer: tell the player, or let it
## be.
signal refused(field: String, key: String, errors: Array[ApiError])
## Everything that could be sent has been.
signal flushed

const ApiError = preload("api_error.gd")
const Reply = preload("reply.gd")
const Request = preload("request.gd")
const Sender = preload("sender.gd")
const Session = preload("session.gd")
const Store = preload("store.gd")


## One request that waits.
class Entry:
	extends RefCounted
	## It is answered, or known to wait.
	signal settled

	var name: String = ""
	var user_id: String = ""
	var request: Request = null
	var reply: Reply = null
	## Whether nobody waits for it any longer.
	var is_kept: bool = false
	## How often the server failed at it.
	var faults: int = 0

	func settle(with: Reply) -> void:
		reply = with
		settled.emit()


## How often an entry is sent that the server fails at; then it is put aside, so that those behind
## it have their turn.
const MOST_FAULTS: int = 8

## How many entries are kept at most.
var limit: int = 1000

var _sender: Sender
var _session: Session
var _store: Store
var _entries: Array[Entry] = []
var _last_sequence: int = 0
var _is_sending: bool = false
var _failures: int = 0


func _init(sender: Sender, session: Session, store: Store) -> void:
	_sender = sender
	_session = session
	_store = store
	var _connected: int = _session.found.connect(_on_session_found)
	_connected = _sender.connection_restored.connect(flush)


## How many entries of who is signed in wait.
func size() -> int:
	var n: int = 0
	for entry: Entry in _entries:
		if entry.user_id == _session.user_id:
			n += 1
	return n


## Takes up what an earlier run left. What cannot be read is put aside and stays on the disk.
func restore() -> void:
	for name: String in _store.names():
		if not _has(name):
			var entry: Entry = _read(name)
			if entry == null:
				push_warning("An entry of the outbox cannot be read and was put aside: %s" % name)
				_store.set_aside(name)
			else:
				_entries.append(entry)
				_last_sequence = maxi(_last_sequence, name.get_slice("-", 0).to_int())
	_entries.sort_custom(_is_earlier)


## Keeps a request and sends it after those that wait already. Without a connection the reply is
## that it is kept.
func add(request: Request) -> Reply:
	if size() >= limit:
		var full: Reply = Reply.new()
		full.fail(ApiError.Code.LIMIT_EXCEEDED, "%d entries wait already" % limit)
		return full
	var entry: Entry = Entry.new()
	_last_sequence = maxi(_last_sequence + 1, int(Time.get_unix_time_from_system() * 1000.0))
	entry.name = "%015d-%s.json" % [_last_sequence, request.key]
	entry.user_id = _session.user_id
	entry.request = request
	if not _store.write(entry.name, _written(entry)):
		return await _send_unkept(request)
	_entries.append(entry)
	flush.call_deferred()
	await entry.settled
	return entry.reply


## Sends what waits, in order, as far as it goes, and ends when that is done.
func flush() -> void:
	if _is_sending:
		await flushed
		return
	_is_sending = true
	var stopped_by: Reply = null
	var entry: Entry = _next()
	while entry != null and stopped_by == null:
		var reply: Reply = await _sender.send_once(entry.request)
		if _is_answer(entry, reply):
			_failures = 0
			_finish(entry, reply)
			entry = _next()
		else:
			stopped_by = reply
	_is_sending = false
	flushed.emit()
	if stopped_by != null:
		_wait(stopped_by)


## Whether the API itself said what came of the entry. A page of some other server between is no
## answer, and neither is its fault at first.
func _is_answer(entry: Entry, reply: Reply) -> bool:
	if reply.is_passing or reply.is_unauthenticated or reply.has(ApiError.Code.NOT_UNDERSTOOD):
		return false
	if reply.has(ApiError.Code.INTERNAL):
		entry.faults += 1
		return entry.faults >= MOST_FAULTS
	return true


func _finish(entry: Entry, reply: Reply) -> void:
	if reply.has(ApiError.Code.INTERNAL):
		_store.set_aside(entry.name)
	else:
		_store.remove(entry.name)
	_entries.erase(entry)
	if entry.is_kept and reply.is_done():
		sent.emit(entry.request.field, entry.request.key)
	elif entry.is_kept:
		refused.emit(entry.request.field, entry.request.key, reply.errors)
	entry.settle(reply)


## Tells everybody who waits that their entry is kept, and comes back later.
func _wait(reply: Reply) -> void:
	for entry: Entry in _entries.duplicate():
		if not entry.is_kept:
			entry.is_kept = true
			var kept: Reply = Reply.new()
			kept.is_kept = true
			entry.settle(kept)
	if reply.is_unauthenticated:
		return
	_failures += 1
	_flush_after(Sender.pause_after(mini(_failures, 8), reply))


func _flush_after(seconds: float) -> void:
	await _sender.pause(seconds)
	flush()


## What cannot be kept is sent at once: only the answer tells that it was done.
func _send_unkept(request: Request) -> Reply:
	var reply: Reply = await _sender.send(request)
	if reply.is_passing:
		reply.fail(ApiError.Code.NOT_KEPT, "it could not be sent, and there is no space to keep it")
	return reply


## The first entry of who is signed in; those of others wait for them.
func _next() -> Entry:
	if not _session.is_signed_in():
		return null
	for entry: Entry in _entries:
		if entry.user_id == _session.user_id:
			return entry
	return null


func _on_session_found(_user_id: String) -> void:
	flush()


func _has(name: String) -> bool:
	for entry: Entry in _entries:
		if entry.name == name:
			return true
	return false


func _is_earlier(one: Entry, other: Entry) -> bool:
	return one.name < other.name


func _written(entry: Entry) -> Dictionary:
	return {
		"field": entry.request.field,
		"key": entry.request.key,
		"user_id": entry.user_id,
		"body": entry.request.body,
	}


func _read(name: String) -> Entry:
	var kept: Dictionary = _store.read(name)
	for part: String in ["field", "key", "user_id", "body"]:
		if not kept.get(part) is String:
			return null
	var entry: Entry = Entry.new()
	entry.name = name
	entry.user_id = kept["user_id"]
	entry.request = Request.new()
	entry.request.field = kept["field"]
	entry.request.key = kept["key"]
	entry.request.body = kept["body"]
	entry.request.is_repeatable = true
	entry.request.is_mutation = true
	entry.is_kept = true
	return entry
