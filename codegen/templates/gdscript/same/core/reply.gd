extends RefCounted
## An answer as the client understood it: what the API said, or the errors in its place.

const Answer = preload("answer.gd")
const ApiError = preload("api_error.gd")
const Row = preload("row.gd")

## Codes of what may be done by sending the same again later.
const PASSING: Array[ApiError.Code] = [
	ApiError.Code.RATE_LIMITED,
	ApiError.Code.TIMEOUT,
	ApiError.Code.UNAVAILABLE,
	ApiError.Code.NO_CONNECTION,
]

## The value of the field that was asked for: a dictionary, a list, a scalar or null.
var value: Variant = null
## Empty if it was done.
var errors: Array[ApiError] = []
## What went wrong beside it: a part of the answer that could not be read. It was done all the same.
var warnings: Array[ApiError] = []
## Whether an API answered, with the field that was asked for.
var is_understood: bool = false
## Whether the API itself said what came of it: it was done, or refused. Else the same may be sent
## again.
var is_settled: bool = false
## Whether it waits in the outbox and will be sent later.
var is_kept: bool = false
## Whether the same may pass later: no answer came, or one that says so.
var is_passing: bool = false
## Whether the network brought anything that an API could have sent.
var is_connected: bool = true
## Whether the token is good no more.
var is_unauthenticated: bool = false
## The seconds after which the server wants to be asked again; -1 if it said nothing.
var retry_after: float = -1.0
## The lines of the document at fault, for errors of the whole request.
var lines: PackedInt32Array = []


## Reads the answer of a request for that one field of the API.
func read(answer: Answer, field: String) -> void:
	match answer.failure:
		Answer.Failure.NO_CONNECTION:
			is_connected = false
			fail(ApiError.Code.NO_CONNECTION, "there is no connection to the server")
		Answer.Failure.NO_TIME:
			is_connected = false
			fail(ApiError.Code.NO_CONNECTION, "the server did not answer in time")
		Answer.Failure.TOO_LARGE:
			fail(ApiError.Code.LIMIT_EXCEEDED, "the answer is larger than this client takes")
		_:
			_read_body(answer, field)
	_look_for_passing()


## Takes a mutation's payload apart: its result is the value, its errors are errors.
func open_payload() -> void:
	if not value is Dictionary:
		_expect_payload()
		return
	var payload: Dictionary = value
	value = payload.get("result")
	var listed: Variant = payload.get("errors")
	if not listed is Array:
		_expect_payload()
		return
	var list: Array = listed
	for item: Variant in list:
		if item is Dictionary:
			var error: Dictionary = item
			errors.append(_read_action_error(error))
	_look_for_passing()
	is_settled = not is_passing and not has(ApiError.Code.INTERNAL)


## Whether it was done.
func is_done() -> bool:
	return errors.is_empty() and not is_kept


## Makes it an error that there is no such row.
func expect_row() -> void:
	if is_done() and value == null:
		fail(ApiError.Code.NOT_FOUND, "there is no such row")


## Whether one of its errors has that code.
func has(code: ApiError.Code) -> bool:
	for error: ApiError in errors:
		if error.code == code:
			return true
	return false


## Adds an error that the client found.
func fail(code: ApiError.Code, message: String, path: PackedStringArray = []) -> void:
	errors.append(ApiError.new(code, message, path))


func _expect_payload() -> void:
	if errors.is_empty():
		fail(ApiError.Code.NOT_UNDERSTOOD, "the answer is none of the API's")


func _look_for_passing() -> void:
	is_passing = false
	for error: ApiError in errors:
		is_passing = is_passing or PASSING.has(error.code)


func _read_body(answer: Answer, field: String) -> void:
	var seconds: String = answer.headers.get("retry-after", "")
	if seconds.is_valid_int():
		retry_after = seconds.to_float()
	var json: JSON = JSON.new()
	var is_json: bool = json.parse(answer.body) == OK and json.data is Dictionary
	if not is_json:
		_read_status(answer.status)
		return
	var body: Dictionary = json.data
	_read_errors(body.get("errors"))
	# A page of some other server between has that status too, and is no word of this one's.
	is_unauthenticated = answer.status == 401 and has(ApiError.Code.UNAUTHENTICATED)
	var data: Variant = body.get("data")
	if data is Dictionary:
		var fields: Dictionary = data
		value = fields.get(field)
		is_understood = fields.has(field)
		if not is_understood and errors.is_empty():
			_read_status(answer.status)
		if value != null:
			warnings = errors
			errors = []
	if errors.is_empty() and not (data is Dictionary):
		_read_status(answer.status)


## Says what an answer means that is no answer of the API's: a proxy's page, or half of one.
func _read_status(status: int) -> void:
	match status:
		429:
			fail(ApiError.Code.RATE_LIMITED, "the server is asked too often")
		413:
			fail(ApiError.Code.LIMIT_EXCEEDED, "the request is larger than the server takes")
		_ when status >= 500:
			fail(ApiError.Code.UNAVAILABLE, "the server cannot answer now (status %d)" % status)
		_:
			fail(
				ApiError.Code.NOT_UNDERSTOOD, "the answer is none of the API's (status %d)" % status
			)


func _read_errors(listed: Variant) -> void:
	if not listed is Array:
		return
	var list: Array = listed
	for item: Variant in list:
		if item is Dictionary:
			var error: Dictionary = item
			errors.append(_read_error(error))
			lines += PackedInt32Array([_line(error.get("locations"))])


func _read_error(error: Dictionary) -> ApiError:
	var code: ApiError.Code = ApiError.Code.INTERNAL
	var extensions: Variant = error.get("extensions")
	if extensions is Dictionary:
		var known: Dictionary = extensions
		code = ApiError.code_named(str(known.get("code")))
	return ApiError.new(code, str(error.get("message", "")))


func _read_action_error(error: Dictionary) -> ApiError:
	var fields: Array[String] = []
	for field: String in _texts(error.get("fields")):
		fields.append(field.to_snake_case())
	return ApiError.new(
		ApiError.code_named(str(error.get("code"))),
		str(error.get("message", "")),
		_texts(error.get("path")),
		PackedStringArray(fields)
	)


func _texts(listed: Variant) -> PackedStringArray:
	var texts: Array[String] = []
	if listed is Array:
		var list: Array = listed
		for item: Variant in list:
			texts.append(str(item))
	return PackedStringArray(texts)


func _line(locations: Variant) -> int:
	if not locations is Array:
		return 0
	var list: Array = locations
	if list.is_empty():
		return 0
	return Row.new(list[0]).whole("line")
