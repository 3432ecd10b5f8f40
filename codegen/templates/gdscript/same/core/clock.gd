extends RefCounted
## The server's time, as far as its answers told it: a player's clock may be wrong by days.

const MONTHS: PackedStringArray = [
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
]

## What is added to this machine's clock, in seconds.
var _offset: float = 0.0


## Learns from the header `Date` of an answer: `Mon, 30 Nov 2026 16:31:21 GMT`. A browser hides it
## of answers from another origin; then this machine's clock counts.
func learn(date: String) -> void:
	var parts: PackedStringArray = date.split(" ", false)
	if parts.size() < 5 or not MONTHS.has(parts[2]):
		return
	var month: int = MONTHS.find(parts[2]) + 1
	var day: int = int(parts[1])
	var time: int = Time.get_unix_time_from_datetime_string(
		"%s-%02d-%02dT%s" % [parts[3], month, day, parts[4]]
	)
	var difference: float = time - Time.get_unix_time_from_system()
	# The header has whole seconds: less than that is no difference.
	_offset = difference if absf(difference) > 2.0 else 0.0


## The time now as the API writes it: RFC 3339, UTC.
func now() -> String:
	var seconds: float = Time.get_unix_time_from_system() + _offset
	var whole: int = int(seconds)
	var text: String = Time.get_datetime_string_from_unix_time(whole)
	return "%s.%06dZ" % [text, int((seconds - whole) * 1000000.0)]
