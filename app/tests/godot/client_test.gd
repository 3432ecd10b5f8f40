extends Node
## The client in the engine itself, over a transport that is not the network.

const FakeTransport = preload("res://addons/app/core/fake_transport.gd")
const Store = preload("res://addons/app/core/store.gd")

## What was found wrong, one sentence each.
var problems: PackedStringArray = []

var _fake: FakeTransport


## A store that is full.
class FullStore:
	extends Store

	func write(_name: String, _value: Dictionary) -> bool:
		return false


## Runs every test and says how each went: `{name: [problem, …]}`.
func run() -> Dictionary:
	var found: Dictionary = {}
	for method: Dictionary in get_method_list():
		var name: String = method["name"]
		if name.begins_with("test_"):
			problems = []
			await _begin()
			await Callable(self, name).call()
			found[name] = problems
	return found


func test_a_required_argument_is_a_parameter_and_the_rest_is_named() -> void:
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var detail: Dictionary = {"place": "pier"}
	var made: Api.Activity.Result = await Api.activities.record(
		Api.ActivityKind.EXPLORE, {"detail": detail}
	)
	_equal(made.ok, true)
	_equal(made.value.id, "1")
	_equal(made.value.kind, Api.ActivityKind.EXPLORE)
	_equal(made.value.has_world_id, false)
	_equal(made.value.detail, {"place": "pier"})
	_equal(_fake.sent[0].operation, "RecordActivity")
	_equal(_fake.sent[0].variables, {"input": {"kind": "EXPLORE", "detail": {"place": "pier"}}})


func test_what_does_not_fit_is_told_before_it_is_sent() -> void:
	var made: Api.Activity.Result = await Api.activities.record(
		Api.ActivityKind.EXPLORE, {"detial": {}}
	)
	_equal(made.ok, false)
	_equal(made.error.code, Api.ErrorCode.INVALID)
	_equal(made.error.message, "there is no `detial` here; `detail` has a similar name")
	_equal(made.error.fields, PackedStringArray(["detial"]))
	var pages: Api.World.Pages = Api.worlds.list({"filter": {"capacity": {"eq": "many"}}})
	_equal(await pages.next(), false)
	_equal(pages.ok, false)
	_equal(pages.error.message, "filter.capacity.eq: a whole number is wanted")
	_equal(_fake.sent.size(), 0)


func test_a_row_that_is_not_there_is_an_error() -> void:
	_fake.answer("world", null)
	var found: Api.World.Result = await Api.worlds.find("x")
	_equal(found.ok, false)
	_equal(found.error.code, Api.ErrorCode.NOT_FOUND)
	_equal(found.value.name, "")


func test_a_refusal_has_its_code_and_fields() -> void:
	var error: Dictionary = {
		"code": "INVALID", "message": "is short", "path": ["input", "occurredAt"], "fields": ["occurredAt"]
	}
	_fake.answer("recordActivity", {"result": null, "errors": [error]})
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.BUILD)
	_equal(made.ok, false)
	_equal(made.error.code, Api.ErrorCode.INVALID)
	_equal(made.error.fields, PackedStringArray(["occurred_at"]))


func test_pages_are_read_one_after_the_other() -> void:
	_fake.answer("worlds", _page([_world("1"), _world("2")], true, "c"))
	_fake.answer("worlds", _page([_world("3")], false, "d"))
	var names: PackedStringArray = []
	var pages: Api.World.Pages = Api.worlds.list({"first": 2, "with_total": true})
	while await pages.next():
		for world: Api.World in pages.nodes:
			names.append(world.name)
	_equal(names, PackedStringArray(["World 1", "World 2", "World 3"]))
	_equal(pages.ok, true)
	_equal(pages.total_count, 3)
	_equal(_fake.sent[1].variables["after"], "c")
	_equal(_fake.sent.size(), 2)


func test_a_list_that_does_not_come_is_no_empty_list() -> void:
	_fake.answer_with("worlds", 200, "<html>Welcome to the hotel</html>")
	var pages: Api.World.Pages = Api.worlds.list()
	_equal(await pages.next(), false)
	_equal(pages.ok, false)
	_equal(pages.error.code, Api.ErrorCode.NOT_UNDERSTOOD)
	_equal(pages.has_next, true)


func test_reads_are_repeated_and_writes_of_nobody_are_not() -> void:
	_fake.answer_with("worlds", 503, "", {"retry-after": "0"})
	_fake.answer("worlds", _page([_world("1")], false, "c"))
	var pages: Api.World.Pages = Api.worlds.list()
	_equal(await pages.next(), true)
	_equal(_fake.sent.size(), 2)
	_fake.answer_with("createWorld", 503, "", {"retry-after": "0"})
	var made: Api.World.Result = await Api.worlds.create("Pier", "pier")
	_equal(made.ok, false)
	_equal(made.error.code, Api.ErrorCode.UNAVAILABLE)
	_equal(_fake.sent.size(), 3)
	_equal(_fake.sent[2].key, "")


func test_statuses_have_their_codes() -> void:
	_fake.answer_with("world", 413, "")
	_equal((await Api.worlds.find("x")).error.code, Api.ErrorCode.LIMIT_EXCEEDED)
	_fake.answer_with("user", 429, "", {"retry-after": "0"})
	_equal((await Api.users.find("x")).error.code, Api.ErrorCode.RATE_LIMITED)
	_fake.answer_with("activity", 503, "", {"retry-after": "0"})
	_equal((await Api.activities.find("x")).error.code, Api.ErrorCode.UNAVAILABLE)


func test_a_write_of_somebody_keeps_its_key_over_attempts() -> void:
	await _sign_in("u1")
	_fake.drop("createWorld")
	_fake.answer("createWorld", {"result": _world("1"), "errors": []})
	var made: Api.World.Result = await Api.worlds.create("Pier", "pier")
	_equal(made.ok, true)
	_equal(_fake.sent[2].key.length(), 36)
	_equal(_fake.sent[2].key, _fake.sent[3].key)


func test_what_is_recorded_without_a_connection_waits_in_order() -> void:
	await _sign_in("u1")
	var events: PackedStringArray = []
	var note: Callable = func(field: String, _key: String) -> void: events.append(field)
	var _connected: int = Api.outbox.sent.connect(note)
	_fake.is_away = true
	var one: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	var two: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.BUILD)
	_equal([one.ok, one.kept, two.kept], [false, true, true])
	_equal(Api.outbox.size(), 2)
	_fake.is_away = false
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	await Api.outbox.flush()
	_equal(Api.outbox.size(), 0)
	_equal(_kinds(), ["EXPLORE", "BUILD"])
	_equal(events, PackedStringArray(["recordActivity", "recordActivity"]))
	Api.outbox.sent.disconnect(note)


func test_an_entry_stays_until_its_answer_has_come() -> void:
	await _sign_in("u1")
	_fake.drop("recordActivity")
	_fake.answer_with("recordActivity", 502, "<html>Bad gateway</html>")
	_fake.answer_with("recordActivity", 200, "<html>Welcome to the hotel</html>")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal(made.kept, true)
	for attempt: int in 3:
		_equal(Api.outbox.size(), 1)
		await Api.outbox.flush()
	_equal(Api.outbox.size(), 0)
	var keys: Dictionary = {}
	for sent: FakeTransport.Sent in _fake.sent.slice(2):
		keys[sent.key] = true
	_equal(keys.size(), 1)


func test_another_person_does_not_send_what_waits() -> void:
	await _sign_in("u1")
	_fake.is_away = true
	await Api.activities.record(Api.ActivityKind.EXPLORE)
	await Api.session.sign_out()
	_fake.is_away = false
	await _sign_in("u2")
	_equal(Api.outbox.size(), 0)
	await Api.outbox.flush()
	_equal(_kinds(), [])


func test_without_space_the_answer_alone_counts() -> void:
	await _sign_in("u1")
	Api.outbox._store = FullStore.new("user://nowhere")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	_equal((await Api.activities.record(Api.ActivityKind.EXPLORE)).ok, true)
	_fake.answer_with("recordActivity", 503, "", {"retry-after": "0"})
	_fake._answers["recordActivity"].pop_front()
	var lost: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.BUILD)
	_equal(lost.kept, false)
	_equal(lost.errors[1].code, Api.ErrorCode.NOT_KEPT)
	Api.outbox._store = Store.new("user://app/outbox")


func test_a_refused_token_ends_the_session_and_keeps_what_waits() -> void:
	await _sign_in("u1")
	_fake.answer_with("recordActivity", 401, '{"errors": [{"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}]}')
	var made: Api.Activity.Result = await Api.activities.record(Api.ActivityKind.EXPLORE)
	_equal(made.kept, true)
	_equal(Api.session.is_signed_in(), false)
	_fake._answers.erase("recordActivity")
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	await _sign_in("u1")
	while Api.outbox.size() > 0:
		await get_tree().process_frame
	_equal(_kinds(), ["EXPLORE", "EXPLORE"])


func test_operations_that_the_server_does_not_know_are_named() -> void:
	var body: String = '{"errors": [{"message": "no", "locations": [{"line": 2, "column": 9}], "extensions": {"code": "INVALID"}}]}'
	_fake.answer_with("fits", 200, body)
	var started: Api.StartResult = await Api.start()
	_equal(started.ok, false)
	_equal(started.misfits[0], "RequestSignInCode")


func test_the_players_clock_is_not_asked() -> void:
	await _sign_in("u1")
	var tomorrow: float = Time.get_unix_time_from_system() + 86400.0
	_fake.answer_with("world", 200, '{"data": {"world": null}}', {"date": _http_date(tomorrow)})
	await Api.worlds.find("x")
	_equal(Api.now().left(13), Time.get_datetime_string_from_unix_time(int(tomorrow)).left(13))
	_equal(Api.session.is_signed_in(), true)
	_fake.is_away = true
	await Api.activities.record(Api.ActivityKind.EXPLORE)
	Api._sender.clock.learn(_http_date(Time.get_unix_time_from_system() - 86400.0))
	await Api.activities.record(Api.ActivityKind.BUILD)
	_fake.is_away = false
	_fake.answer("recordActivity", {"result": _activity("1"), "errors": []})
	await Api.outbox.flush()
	_equal(_kinds(), ["EXPLORE", "BUILD"])
	Api._sender.clock.learn(_http_date(Time.get_unix_time_from_system()))


func test_a_wait_is_as_long_as_the_server_says_or_grows() -> void:
	var reply: Api.Reply = Api.Reply.new()
	_equal(Api.Sender.pause_after(1, reply) <= 0.5, true)
	_equal(Api.Sender.pause_after(4, reply) >= 2.0, true)
	_equal(Api.Sender.pause_after(40, reply) <= 30.0, true)
	reply.retry_after = 7.0
	_equal(Api.Sender.pause_after(1, reply), 7.0)
	_fake.answer_with("world", 503, "")
	_fake.answer("world", _world("1"))
	_equal((await Api.worlds.find("1")).ok, true)


func test_a_session_is_taken_up_and_belongs_to_its_server() -> void:
	await _sign_in("u1")
	var server: String = Api.url
	_forget()
	Api.url = "http://elsewhere"
	Api.session.restore()
	_equal(Api.session.is_signed_in(), false)
	Api.url = server
	Api.session.restore()
	_equal(Api.session.user_id, "u1")


func _begin() -> void:
	_fake = FakeTransport.new()
	Api.transport = _fake
	_fake.answer("signOut", {"result": true, "errors": []})
	if Api.session.is_signed_in():
		await Api.session.sign_out()
	var store: Store = Store.new("user://app/outbox")
	for name: String in store.names():
		store.remove(name)
	Api.outbox._entries.clear()
	_fake.sent.clear()


## As a server writes the time in a header.
func _http_date(seconds: float) -> String:
	var time: Dictionary = Time.get_datetime_dict_from_unix_time(int(seconds))
	var month: String = "JanFebMarAprMayJunJulAugSepOctNovDec".substr(time["month"] * 3 - 3, 3)
	return (
		"Mon, %02d %s %d %02d:%02d:%02d GMT"
		% [time["day"], month, time["year"], time["hour"], time["minute"], time["second"]]
	)


func _sign_in(id: String) -> void:
	_fake.answer("requestSignInCode", {"result": {"flow": "f"}, "errors": []})
	_fake.answer("signInWithCode", {"result": {"token": "t", "user": {"id": id}}, "errors": []})
	if _fake._answers["signInWithCode"].size() > 1:
		_fake._answers["signInWithCode"].pop_front()
	await Api.session.request_code("ann@example.org")
	await Api.session.sign_in("123456")
	_equal(Api.session.user_id, id)


## As if the game had ended.
func _forget() -> void:
	Api.session.user_id = ""
	Api._sender.use_token("")


func _kinds() -> Array:
	var kinds: Array = []
	for sent: FakeTransport.Sent in _fake.sent:
		if sent.operation == "RecordActivity":
			kinds.append(sent.variables["input"]["kind"])
	return kinds


func _activity(id: String) -> Dictionary:
	return {"id": id, "kind": "EXPLORE", "detail": {"place": "pier"}, "worldId": null}


func _world(id: String) -> Dictionary:
	return {"id": id, "name": "World " + id, "slug": id, "visibility": "PUBLIC"}


func _page(nodes: Array, has_next: bool, cursor: String) -> Dictionary:
	var info: Dictionary = {"hasNextPage": has_next, "endCursor": cursor}
	return {"nodes": nodes, "pageInfo": info, "totalCount": 3}


func _equal(found: Variant, wanted: Variant) -> void:
	if typeof(found) != typeof(wanted) or found != wanted:
		problems.append("found %s, wanted %s" % [found, wanted])
