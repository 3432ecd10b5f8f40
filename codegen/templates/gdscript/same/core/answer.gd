extends RefCounted
## What the network brought for one request: a status with its body, or why nothing came.

enum Failure { NONE, NO_CONNECTION, NO_TIME, TOO_LARGE }

var failure: Failure = Failure.NONE
var status: int = 0
var body: String = ""
## By name in lower case. A browser hides most of those that come from another origin.
var headers: Dictionary[String, String] = {}


func _init(
	with_failure: Failure = Failure.NONE,
	with_status: int = 0,
	with_body: String = "",
	with_headers: Dictionary[String, String] = {}
) -> void:
	failure = with_failure
	status = with_status
	body = with_body
	headers = with_headers
