extends RefCounted
## What came of calls that answer no object.

const Reply = preload("reply.gd")
const Row = preload("row.gd")


class Text:
	extends "result.gd"
	var value: String = ""

	static func of(reply: Reply) -> Text:
		var result: Text = Text.new()
		result.take(reply)
		result.value = Row.new({"value": reply.value}).text("value")
		return result


class Whole:
	extends "result.gd"
	var value: int = 0

	static func of(reply: Reply) -> Whole:
		var result: Whole = Whole.new()
		result.take(reply)
		result.value = Row.new({"value": reply.value}).whole("value")
		return result


class Number:
	extends "result.gd"
	var value: float = 0.0

	static func of(reply: Reply) -> Number:
		var result: Number = Number.new()
		result.take(reply)
		result.value = Row.new({"value": reply.value}).number("value")
		return result


class Truth:
	extends "result.gd"
	var value: bool = false

	static func of(reply: Reply) -> Truth:
		var result: Truth = Truth.new()
		result.take(reply)
		result.value = Row.new({"value": reply.value}).truth("value")
		return result


class Json:
	extends "result.gd"
	var value: Variant = null

	static func of(reply: Reply) -> Json:
		var result: Json = Json.new()
		result.take(reply)
		result.value = reply.value
		return result


class List:
	extends "result.gd"
	var value: Array = []

	static func of(reply: Reply) -> List:
		var result: List = List.new()
		result.take(reply)
		result.value = Row.new({"value": reply.value}).list("value")
		return result
