extends Node
## Sends requests, again where that does no harm, and tells when the connection comes and goes.

signal connection_lost
signal connection_restored
## The server does not take the token any more.
signal token_refused

const Answer = preload("answer.gd")
const Clock = preload("clock.gd")
const HttpTransport = preload("http_transport.gd")
const Reply = preload("reply.gd")
const Request = preload("request.gd")
const Transport = preload("transport.gd")

## How often a request is sent at most.
const ATTEMPTS: int = 4
## The seconds before the second attempt; each further one waits twice as long, and a part by
## chance.
const FIRST_PAUSE: float = 0.5
## The most seconds that are waited for a server that says when to come back.
const LONGEST_PAUSE: float = 30.0

## Where the server is: `https://example.org`, without a slash at its end.
var url: String = ""
## The seconds within which an answer must come.
var time_limit: float = 15.0
## What carries the requests.
var transport: Transport:
	set = _set_transport
## Whether the last request was answered.
var is_online: bool = true
## The server's time.
var clock: Clock = Clock.new()

var _token: String = ""


func _init() -> void:
	# A paused game still sends and hears.
	process_mode = Node.PROCESS_MODE_ALWAYS


func _ready() -> void:
	if transport == null:
		transport = HttpTransport.new()


## From now on requests are sent for whom that token stands; for nobody, if it is empty.
func use_token(token: String) -> void:
	_token = token


## Whether requests are sent for somebody.
func has_token() -> bool:
	return not _token.is_empty()


## Sends a request until it is answered, as often as is good for both sides.
func send(request: Request) -> Reply:
	var reply: Reply = await send_once(request)
	for attempt: int in range(1, ATTEMPTS):
		if not reply.is_passing or not request.is_repeatable:
			break
		await pause(pause_after(attempt, reply))
		reply = await send_once(request)
	return reply


## Sends a request one time.
func send_once(request: Request) -> Reply:
	var headers: Array[String] = ["Content-Type: application/json", "Accept: application/json"]
	var token: String = _token
	if not token.is_empty():
		headers.append("Authorization: Bearer %s" % token)
	if not request.key.is_empty():
		headers.append("Idempotency-Key: %s" % request.key)
	var answer: Answer = await transport.post(
		url + "/graphql", PackedStringArray(headers), request.body, time_limit
	)
	if answer.headers.has("date"):
		clock.learn(answer.headers["date"])
	var reply: Reply = Reply.new()
	reply.read(answer, request.field)
	if request.is_mutation:
		reply.open_payload()
	_note(reply, token)
	return reply


## The seconds to wait after so many attempts in a row.
static func pause_after(attempt: int, reply: Reply) -> float:
	if reply.retry_after >= 0.0:
		return minf(reply.retry_after, LONGEST_PAUSE)
	var longest: float = FIRST_PAUSE * pow(2.0, attempt - 1)
	return minf(longest, LONGEST_PAUSE) * randf_range(0.5, 1.0)


## Waits so many seconds, also while the game is paused.
func pause(seconds: float) -> void:
	await get_tree().create_timer(seconds, true, false, true).timeout


func _note(reply: Reply, token: String) -> void:
	if reply.is_connected != is_online:
		is_online = reply.is_connected
		if is_online:
			connection_restored.emit()
		else:
			connection_lost.emit()
	# An answer to what the last session sent does not end this one.
	if reply.is_unauthenticated and not token.is_empty() and token == _token:
		token_refused.emit()


func _set_transport(next: Transport) -> void:
	if transport != null:
		transport.queue_free()
	transport = next
	add_child(next)
