extends RefCounted
## A list that is read page by page:
##
## [codeblock]
## while await pages.next():
##     for world: World in pages.nodes:
##         …
## if not pages.ok:
##     print(pages.error)
## [/codeblock]

const ApiError = preload("api_error.gd")
const Call = preload("call.gd")
const Client = preload("client.gd")
const Reply = preload("reply.gd")
const Row = preload("row.gd")

## Whether all went well so far.
var ok: bool = true
## Why the last page did not come. Empty if it did.
var errors: Array[ApiError] = []
## The first of the errors; where there is none, one without a message.
var error: ApiError:
	get:
		return errors[0] if not errors.is_empty() else ApiError.new()
## Whether there is another page.
var has_next: bool = true
## How many rows match in all; -1 unless the call was given `with_total`.
var total_count: int = -1

var _client: Client
var _call: Call


func _init(client: Client, asked: Call) -> void:
	_client = client
	_call = asked


## Reads the next page. False if there is none, or if it did not come: then `ok` is false too, and
## the same may be asked again.
func next() -> bool:
	if not has_next:
		return false
	var reply: Reply = await _client.run(_call)
	ok = reply.is_done() and reply.value is Dictionary
	errors = reply.errors
	if not ok:
		if errors.is_empty():
			errors = [ApiError.new(ApiError.Code.NOT_UNDERSTOOD, "the answer is no page")]
		return false
	var page: Row = Row.new(reply.value)
	var info: Row = page.below("pageInfo")
	has_next = info.truth("hasNextPage")
	_call.variables["after"] = info.text("endCursor")
	if page.has("totalCount"):
		total_count = page.whole("totalCount")
	var rows: Array = page.list("nodes")
	_take(rows)
	return not rows.is_empty()


## Takes over the rows of a page.
func _take(_rows: Array) -> void:
	pass
