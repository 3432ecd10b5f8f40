extends Node
## Carries a request to the server and its answer back. The client uses whichever stands in
## `Api.transport`: the one over HTTP, or in the game's own tests the fake one.

const Answer = preload("answer.gd")

## How many requests are on their way. One that is replaced meanwhile stays until they are answered.
var busy: int = 0


## Posts the body and waits for its answer, for so many seconds at most. Never fails: what went
## wrong is in the answer.
func post(_url: String, _headers: PackedStringArray, _body: String, _seconds: float) -> Answer:
	await get_tree().process_frame
	return Answer.new(Answer.Failure.NO_CONNECTION)
