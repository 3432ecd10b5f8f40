extends "transport.gd"
## Stands in for the network in a game's own tests: `Api.transport = FakeTransport.new()`.
##
## [codeblock]
## fake.answer("recordActivity", {"result": {"id": "1", "kind": "EXPLORE"}, "errors": []})
## var made: Activity.Result = await Api.activities.record(ActivityKind.EXPLORE)
## assert(fake.sent[0].operation == "RecordActivity")
## [/codeblock]


## One request as it was sent.
class Sent:
	extends RefCounted
	## The operation's name: that of its field, with a capital letter.
	var operation: String = ""
	var variables: Dictionary = {}
	## The key under which the server does it once; empty for a read.
	var key: String = ""
	## Whose token came with it; empty if nobody's.
	var token: String = ""


## What was sent, in order.
var sent: Array[Sent] = []
## Whether the network is away.
var is_away: bool = false

var _answers: Dictionary[String, Array] = {}


## The next request for that field of the API is answered with `value`. Several answers wait in
## line; the last one stays.
func answer(field: String, value: Variant) -> void:
	_put(field, Answer.new(Answer.Failure.NONE, 200, JSON.stringify({"data": {field: value}})))


## The next request for that field gets that status and body: `answer_with("worlds", 503, "")`.
func answer_with(
	field: String, status: int, body: String, headers: Dictionary[String, String] = {}
) -> void:
	_put(field, Answer.new(Answer.Failure.NONE, status, body, headers))


## Takes back what was prepared for that field.
func forget(field: String) -> void:
	var _was_there: bool = _answers.erase(field)


## The next request for that field is not answered.
func drop(field: String) -> void:
	_put(field, Answer.new(Answer.Failure.NO_CONNECTION))


func post(_url: String, headers: PackedStringArray, body: String, _seconds: float) -> Answer:
	var is_lost: bool = is_away
	await get_tree().process_frame
	if is_lost:
		return Answer.new(Answer.Failure.NO_CONNECTION)
	var request: Dictionary = JSON.parse_string(body)
	var one: Sent = Sent.new()
	one.operation = request["operationName"]
	one.variables = request.get("variables", {})
	for line: String in headers:
		if line.begins_with("Idempotency-Key: "):
			one.key = line.trim_prefix("Idempotency-Key: ")
		if line.begins_with("Authorization: Bearer "):
			one.token = line.trim_prefix("Authorization: Bearer ")
	sent.append(one)
	var field: String = one.operation.left(1).to_lower() + one.operation.substr(1)
	if not _answers.has(field):
		var nothing: Dictionary = {"errors": [{"message": "no answer was prepared for %s" % field}]}
		return Answer.new(Answer.Failure.NONE, 200, JSON.stringify(nothing))
	var waiting: Array = _answers[field]
	var next: Answer = waiting[0]
	if waiting.size() > 1:
		waiting.remove_at(0)
	return next


func _put(field: String, next: Answer) -> void:
	var waiting: Array = _answers.get(field, [])
	waiting.append(next)
	_answers[field] = waiting
