extends "transport.gd"
## Carries requests over HTTP, without a thread of its own and without stopping a frame: it works in
## web builds too.

## The bytes of the largest answer that is taken.
const LARGEST: int = 16 * 1024 * 1024


func post(url: String, headers: PackedStringArray, body: String, seconds: float) -> Answer:
	var http: HTTPRequest = HTTPRequest.new()
	http.timeout = seconds
	http.body_size_limit = LARGEST
	# The token goes where it was meant to go, and is not sent on from there. In a browser the
	# engine has no say in that; there another origin would have to allow it.
	http.max_redirects = 0
	add_child(http)
	var sent: Error = http.request(url, headers, HTTPClient.METHOD_POST, body)
	if sent != OK:
		http.queue_free()
		return Answer.new(Answer.Failure.NO_CONNECTION)
	var completed: Array = await http.request_completed
	http.queue_free()
	var result: int = completed[0]
	var status: int = completed[1]
	var lines: PackedStringArray = completed[2]
	var bytes: PackedByteArray = completed[3]
	match result:
		HTTPRequest.RESULT_SUCCESS, HTTPRequest.RESULT_REDIRECT_LIMIT_REACHED:
			return Answer.new(
				Answer.Failure.NONE, status, bytes.get_string_from_utf8(), _named(lines)
			)
		HTTPRequest.RESULT_TIMEOUT:
			return Answer.new(Answer.Failure.NO_TIME)
		HTTPRequest.RESULT_BODY_SIZE_LIMIT_EXCEEDED:
			return Answer.new(Answer.Failure.TOO_LARGE)
		_:
			return Answer.new(Answer.Failure.NO_CONNECTION)


func _named(lines: PackedStringArray) -> Dictionary[String, String]:
	var headers: Dictionary[String, String] = {}
	for line: String in lines:
		headers[line.get_slice(":", 0).to_lower().strip_edges()] = (
			line.substr(line.find(":") + 1).strip_edges()
		)
	return headers
