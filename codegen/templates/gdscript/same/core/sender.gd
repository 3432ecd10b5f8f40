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
## The fewest seconds, whatever the server says.
const SHORTEST_PAUSE: float = 0.1
## The most seconds between two attempts. Where a server asks for more, the caller gets its answer
## and decides.
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

## How many requests the API itself has answered.
var answered: int = 0

var _token: String = ""
## The server that the token is for; it goes to no other.
var _token_url: String = ""


func _init() -> void:
	# A paused game still sends and hears.
	process_mode = Node.PROCESS_MODE_ALWAYS
	transport = HttpTransport.new()


## From now on requests to this server are sent for whom that token stands; for nobody, if it is
## empty.
func use_token(next: String) -> void:
	_token = next
	_token_url = url


## The token of this server, if somebody is signed in there.
func token() -> String:
	return _token if _token_url == url else ""


## Sends a request until it is answered, as often as is good for both sides. One that was begun for
## somebody is not sent again for somebody else.
func send(request: Request) -> Reply:
	var of_sender: String = token()
	var reply: Reply = await send_once(request)
	for attempt: int in range(1, ATTEMPTS):
		if not reply.is_passing or not request.is_repeatable or reply.retry_after > LONGEST_PAUSE:
			break
		await pause(pause_after(attempt, reply))
		if token() != of_sender:
			break
		reply = await send_once(request)
	return reply


## Sends a request one time, for who is signed in.
func send_once(request: Request) -> Reply:
	return await send_as(request, token())


## Sends a request one time, for whom that token stands.
func send_as(request: Request, of_token: String) -> Reply:
	var headers: Array[String] = ["Content-Type: application/json", "Accept: application/json"]
	if not of_token.is_empty():
		headers.append("Authorization: Bearer %s" % of_token)
	if not request.key.is_empty():
		headers.append("Idempotency-Key: %s" % request.key)
	var by: Transport = transport
	by.busy += 1
	var answer: Answer = await by.post(
		url + "/graphql", PackedStringArray(headers), request.body, time_limit
	)
	by.busy -= 1
	if by != transport and by.busy == 0:
		by.queue_free()
	var reply: Reply = Reply.new()
	reply.read(answer, request.field)
	if request.is_mutation:
		reply.open_payload()
	_note(reply, answer, of_token)
	return reply


## The seconds to wait after so many attempts in a row: as many as the server says, if it says so.
static func pause_after(attempt: int, reply: Reply) -> float:
	if reply.retry_after >= 0.0:
		return maxf(reply.retry_after, SHORTEST_PAUSE)
	var longest: float = FIRST_PAUSE * pow(2.0, attempt - 1)
	return minf(longest, LONGEST_PAUSE) * randf_range(0.5, 1.0)


## Waits so many seconds, also while the game is paused.
func pause(seconds: float) -> void:
	await get_tree().create_timer(seconds, true, false, true).timeout


func _note(reply: Reply, answer: Answer, of_token: String) -> void:
	if reply.is_understood:
		answered += 1
		clock.learn(answer.headers.get("date", ""))
	if reply.is_connected != is_online:
		is_online = reply.is_connected
		if is_online:
			connection_restored.emit()
		else:
			connection_lost.emit()
	# An answer to what the last session sent does not end this one.
	if reply.is_unauthenticated and not of_token.is_empty() and of_token == token():
		token_refused.emit()


func _set_transport(next: Transport) -> void:
	if next == transport:
		return
	if transport != null and transport.busy == 0:
		transport.queue_free()
	transport = next
	add_child(next)
