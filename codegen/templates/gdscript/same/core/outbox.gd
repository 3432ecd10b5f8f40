extends RefCounted
## What was done and is not answered yet. Each entry is a text of its own that holds the request as
## it was first sent and its key, so that the server does it once, however often it comes; it goes
## when the API itself has answered. They are sent one after the other, in order.
##
## Two games that share what is kept may send the same entry: the server knows it by its key.

## An entry that had been kept was done.
signal sent(field: String, key: String)
## An entry that had been kept was refused, and does not wait any longer: tell the player, or let it
## be. `variables` is what was asked.
signal refused(field: String, key: String, variables: Dictionary, errors: Array[ApiError])
## The API cannot answer an entry while it answers others. It waits for the next start of the game,
## so that those behind it have their turn.
signal put_aside(field: String, key: String, errors: Array[ApiError])
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
	## The server that it is for.
	var url: String = ""
	var user_id: String = ""
	var request: Request = null
	var reply: Reply = null
	## Whether nobody waits for it any longer.
	var is_kept: bool = false
	## How often the API answered others and not this one.
	var faults: int = 0
	## How many answers there had been when it was sent last.
	var answered: int = 0

	func settle(with: Reply) -> void:
		reply = with
		settled.emit()


## How often the API may answer others and not an entry.
const MOST_FAULTS: int = 3
## The bytes of the largest request that servers take, if nobody told them otherwise.
const LARGEST: int = 256 * 1024

## How many entries are kept at most.
var limit: int = 1000

var _sender: Sender
var _session: Session
var _store: Store
var _entries: Array[Entry] = []
var _last_sequence: int = 0
var _is_sending: bool = false
## Whether to begin again as soon as the sending ends.
var _is_wanted: bool = false
var _failures: int = 0
## The number of the pause that runs; each ends the one before.
var _pause: int = 0
var _is_pausing: bool = false


func _init(sender: Sender, session: Session, store: Store) -> void:
	_sender = sender
	_session = session
	_store = store
	var _connected: int = _session.found.connect(_on_session_found)
	_connected = _session.lost.connect(_settle_others)
	_connected = _sender.connection_restored.connect(flush)


## How many entries of who is signed in wait.
func size() -> int:
	return _entries.filter(_is_current).size()


## Takes up what an earlier run left. What cannot be read is put aside and stays where it is.
func restore() -> void:
	_store.tidy()
	for name: String in _store.names():
		if not _has(name):
			var entry: Entry = _read(name)
			if entry != null:
				_entries.append(entry)
				_last_sequence = maxi(_last_sequence, name.get_slice("-", 0).to_int())
			elif _store.is_damaged(name) or not _store.read(name).is_empty():
				push_warning("An entry of the outbox cannot be read and was put aside: %s" % name)
				_store.set_damaged(name)
	_entries.sort_custom(_is_earlier)


## Keeps a request and sends it after those that wait already. Without a connection the reply is
## that it is kept.
func add(request: Request) -> Reply:
	if size() >= limit:
		return _failed("%d entries wait already" % limit)
	if request.body.to_utf8_buffer().size() > LARGEST:
		return _failed("the request is larger than servers take")
	var entry: Entry = Entry.new()
	_last_sequence = maxi(_last_sequence + 1, int(Time.get_unix_time_from_system() * 1000.0))
	entry.name = "%015d-%s%s" % [_last_sequence, request.key, Store.ENDING]
	entry.url = _sender.url
	entry.user_id = _session.user_id
	entry.request = request
	if not _store.write(entry.name, _written(entry)):
		return await _send_unkept(request)
	_entries.append(entry)
	if _is_pausing:
		# The server is asked again when the pause ends, or the connection comes back.
		entry.is_kept = true
		return _kept()
	flush.call_deferred()
	await entry.settled
	return entry.reply


## Sends what waits, in order, as far as it goes, and ends when that is done.
func flush() -> void:
	if _is_sending:
		_is_wanted = true
		await flushed
		return
	_end_pause()
	_is_sending = true
	var stopped_by: Reply = null
	var entry: Entry = _next()
	while entry != null and stopped_by == null:
		var reply: Reply = await _sender.send_once(entry.request)
		if reply.is_settled:
			_failures = 0
			_finish(entry, reply)
		elif await _is_stuck(entry, reply):
			_put_aside(entry, reply)
		else:
			stopped_by = reply
		entry = _next()
	_is_sending = false
	if stopped_by != null:
		_wait(stopped_by)
	_settle_others()
	flushed.emit()
	if _is_wanted:
		_is_wanted = false
		flush()


func _finish(entry: Entry, reply: Reply) -> void:
	_store.remove(entry.name)
	_entries.erase(entry)
	var request: Request = entry.request
	if entry.is_kept and reply.is_done():
		sent.emit(request.field, request.key)
	elif entry.is_kept:
		refused.emit(request.field, request.key, request.variables(), reply.errors)
	entry.settle(reply)


## Whether the API answers others and not this entry. While it answers nobody, everything waits. In
## case the game sends nothing else, it is asked for nothing at all; not where it asked for a pause.
func _is_stuck(entry: Entry, reply: Reply) -> bool:
	if not reply.is_connected or reply.is_unauthenticated:
		return false
	if not reply.is_passing:
		var _reply: Reply = await _sender.send_once(Request.new("fits", Request.FITS))
	if entry.answered != _sender.answered:
		entry.answered = _sender.answered
		entry.faults += 1
	return entry.faults > MOST_FAULTS


func _put_aside(entry: Entry, reply: Reply) -> void:
	_store.set_aside(entry.name)
	_entries.erase(entry)
	put_aside.emit(entry.request.field, entry.request.key, reply.errors)
	entry.is_kept = true
	entry.settle(_kept())


## Tells everybody who waits that their entry is kept, and comes back later.
func _wait(reply: Reply) -> void:
	for entry: Entry in _entries.duplicate():
		_settle_as_kept(entry)
	if reply.is_unauthenticated:
		# It was for a session that is over. If there is another one, it wants a turn of its own.
		return
	_is_wanted = false
	_failures += 1
	_flush_after(Sender.pause_after(mini(_failures, 8), reply))


## Those of another person, or for another server, are not sent now.
func _settle_others() -> void:
	for entry: Entry in _entries.duplicate():
		if not _is_current(entry):
			_settle_as_kept(entry)


func _settle_as_kept(entry: Entry) -> void:
	if not entry.is_kept:
		entry.is_kept = true
		entry.settle(_kept())


func _flush_after(seconds: float) -> void:
	_end_pause()
	_is_pausing = true
	var mine: int = _pause
	await _sender.pause(seconds)
	if mine == _pause:
		flush()


func _end_pause() -> void:
	_pause += 1
	_is_pausing = false


## What cannot be kept is sent at once: only the answer tells that it was done.
func _send_unkept(request: Request) -> Reply:
	var reply: Reply = await _sender.send(request)
	if not reply.is_settled:
		reply.fail(ApiError.Code.NOT_KEPT, "it was not done, and there is no space to keep it")
	return reply


func _kept() -> Reply:
	var reply: Reply = Reply.new()
	reply.is_kept = true
	return reply


func _failed(message: String) -> Reply:
	var reply: Reply = Reply.new()
	reply.fail(ApiError.Code.LIMIT_EXCEEDED, message)
	return reply


## The first entry of who is signed in; those of others wait for them.
func _next() -> Entry:
	for entry: Entry in _entries:
		if _is_current(entry):
			return entry
	return null


func _is_current(entry: Entry) -> bool:
	return (
		_session.is_signed_in() and entry.user_id == _session.user_id and entry.url == _sender.url
	)


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
		"url": entry.url,
		"user_id": entry.user_id,
		"body": entry.request.body,
	}


func _read(name: String) -> Entry:
	var kept: Dictionary = _store.read(name)
	for part: String in ["field", "key", "url", "user_id", "body"]:
		if not kept.get(part) is String:
			return null
	var entry: Entry = Entry.new()
	entry.name = name
	entry.url = kept["url"]
	entry.user_id = kept["user_id"]
	entry.request = Request.new()
	entry.request.field = kept["field"]
	entry.request.key = kept["key"]
	entry.request.body = kept["body"]
	entry.request.is_repeatable = true
	entry.request.is_mutation = true
	entry.is_kept = true
	return entry
