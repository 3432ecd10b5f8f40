//! Operations whose answers must equal those of the naive reference, on both databases, as whichever actor asks.

use serde_json::{Value as Json, json};

use super::data::{ADMIN, BUILDER, COORDINATOR, MEMBER, id};

/// One operation.
pub(crate) struct Case {
    pub(crate) actor: Option<usize>,
    pub(crate) query: String,
    pub(crate) operation: Option<&'static str>,
    pub(crate) variables: Json,
}

fn case(actor: impl Into<Option<usize>>, query: impl Into<String>) -> Case {
    Case { actor: actor.into(), query: query.into(), operation: None, variables: json!({}) }
}

fn with(actor: impl Into<Option<usize>>, query: &str, variables: Json) -> Case {
    Case { variables, ..case(actor, query) }
}

/// Every operation, once for each of its actors.
pub(crate) fn cases() -> Vec<Case> {
    [selections(), filters(), sorts(), pages(), fragments(), directives(), variables(), secrets(), others()]
        .into_iter()
        .flatten()
        .collect()
}

fn selections() -> Vec<Case> {
    let everything = "{ id name slug visibility capacity ownerId memberCount insertedAt updatedAt }";
    vec![
        case(None, "{ __typename }"),
        case(None, "{ worlds { nodes { name } } }"),
        case(ADMIN, format!("{{ worlds {{ nodes {everything} }} }}")),
        case(MEMBER, format!("{{ worlds {{ nodes {everything} }} }}")),
        case(ADMIN, "{ users { nodes { id displayName email role insertedAt updatedAt } } }"),
        case(ADMIN, "{ activities { nodes { id kind detail occurredAt userId worldId insertedAt updatedAt } } }"),
        case(
            ADMIN,
            "{ modifications { nodes { id title source sourceHash state authorId approverId worldId insertedAt } } }",
        ),
        case(ADMIN, "{ memberships { nodes { id role worldId userId insertedAt updatedAt } } }"),
        case(ADMIN, "{ probes { id label total size live worldId } }"),
        case(
            MEMBER,
            "{ __typename worlds { __typename nodes { __typename } edges { __typename node { __typename } } \
             pageInfo { __typename } } }",
        ),
        case(ADMIN, "{ a: worlds { totalCount } b: worlds { c: totalCount d: totalCount } }"),
        case(MEMBER, "{ worlds { first: nodes { a: name b: name name } second: nodes { slug } totalCount } }"),
        case(MEMBER, "{ worlds { edges { cursor node { id } } nodes { name } pageInfo { startCursor endCursor } } }"),
        case(COORDINATOR, "{ worlds { nodes { owner { displayName worlds { nodes { name owner { id } } } } } } }"),
        case(ADMIN, "{ activities { nodes { user { id displayName } world { name owner { email } } } } }"),
        case(MEMBER, "{ activities { nodes { user { displayName role } world { name } } totalCount } }"),
        case(ADMIN, "{ worlds { nodes { memberships { nodes { role user { displayName } } totalCount } } } }"),
        case(
            ADMIN,
            "{ users { nodes { displayName activities(first: 2) { nodes { kind world { name } } totalCount \
             pageInfo { hasNextPage hasPreviousPage } } } } }",
        ),
        case(ADMIN, "{ users { nodes { worlds { nodes { name memberCount } edges { cursor node { slug } } } } } }"),
        case(ADMIN, "{ worlds { nodes { name probe { label total } } } }"),
        case(ADMIN, "{ probes { label world { name probe { label } } } }"),
        case(ADMIN, "{ worlds { nodes { a: owner { id } b: owner { displayName } owner { role } } } }"),
        case(
            ADMIN,
            "{ worlds { nodes { a: activities(first: 1) { nodes { id } } b: activities(last: 1) { nodes { id } } } } }",
        ),
        case(ADMIN, "{ modifications { nodes { author { displayName } approver { displayName } world { name } } } }"),
        case(ADMIN, format!("{{ user(id: \"{}\") {{ displayName }} }}", id("User", 3))),
        case(MEMBER, format!("{{ world(id: \"{}\") {{ name owner {{ displayName }} }} }}", id("World", 0))),
        case(MEMBER, format!("{{ world(id: \"{}\") {{ name }} }}", id("World", 0).to_uppercase())),
        case(MEMBER, format!("{{ world(id: \"{}\") {{ name }} }}", id("World", 99))),
        case(MEMBER, format!("{{ world(id: \"{}\") {{ name }} }}", id("User", 0))),
        case(MEMBER, "{ a: world(id: \"nonsense\") { name } b: world(id: \"\") { name } c: world(id: 7) { name } }"),
        case(None, format!("{{ world(id: \"{}\") {{ name }} }}", id("World", 1))),
        case(None, format!("{{ user(id: \"{}\") {{ id }} }}", id("User", 1))),
        case(MEMBER, format!("{{ activity(id: \"{}\") {{ id }} }}", id("Activity", 3))),
        case(MEMBER, format!("{{ activity(id: \"{}\") {{ id }} }}", id("Activity", 4))),
        case(MEMBER, format!("{{ membership(id: \"{}\") {{ user {{ displayName }} }} }}", id("Membership", 2))),
        case(
            ADMIN,
            format!(
                "{{ modification(id: \"{}\") {{ source }} probe(id: \"{}\") {{ label }} }}",
                id("Modification", 2),
                id("Probe", 1)
            ),
        ),
    ]
}

fn filters() -> Vec<Case> {
    let worlds = |filter: &str| format!("{{ worlds(filter: {filter}) {{ nodes {{ name slug }} totalCount }} }}");
    let of = |field: &str, filter: &str| format!("{{ {field}(filter: {filter}) {{ nodes {{ id }} totalCount }} }}");
    let mut all: Vec<Case> = [
        "{}",
        "null",
        "{ name: { eq: \"Forum\" } }",
        "{ name: { notEq: \"Forum\" } }",
        "{ name: { in: [\"Forum\", \"Café\"] } }",
        "{ name: { in: [] } }",
        "{ name: { notIn: [] } }",
        "{ name: { notIn: [\"Forum\"] } }",
        "{ name: { in: \"Forum\" } }",
        "{ name: { lt: \"Forum\" } }",
        "{ name: { gte: \"Dome\", lte: \"Forum\" } }",
        "{ name: { gt: \"atriu\" } }",
        "{ name: { contains: \"r\" } }",
        "{ name: { contains: \"\" } }",
        "{ name: { startsWith: \"A\" } }",
        "{ name: { endsWith: \"m\" } }",
        "{ name: { iEq: \"ATRIUM\" } }",
        "{ name: { iEq: \"CAFé\" } }",
        "{ name: {} }",
        "{ name: null }",
        "{ capacity: { eq: 10 } }",
        "{ capacity: { notEq: 10 } }",
        "{ capacity: { eq: null } }",
        "{ capacity: { notEq: null } }",
        "{ capacity: { isNil: true } }",
        "{ capacity: { isNil: false } }",
        "{ capacity: { isNil: null } }",
        "{ capacity: { lt: 20 } }",
        "{ capacity: { lt: null } }",
        "{ capacity: { in: null } }",
        "{ capacity: { in: [10, 20] } }",
        "{ capacity: { notIn: [10] } }",
        "{ not: { capacity: { eq: 10 } } }",
        "{ not: { capacity: { lt: null } } }",
        "{ not: {} }",
        "{ and: [] }",
        "{ or: [] }",
        "{ or: [{}] }",
        "{ or: [{ name: { eq: \"Dome\" } }, { capacity: { eq: 10 } }] }",
        "{ or: { name: { eq: \"Dome\" } } }",
        "{ and: [{ capacity: { gt: 5 } }, { not: { name: { contains: \"o\" } } }] }",
        "{ visibility: { eq: PRIVATE } }",
        "{ visibility: { in: [PRIVATE, PUBLIC] } }",
        "{ memberCount: { gte: 2 } }",
        "{ memberCount: { eq: 0 } }",
        "{ not: { memberCount: { in: [0, 1] } } }",
        "{ owner: { displayName: { startsWith: \"D\" } } }",
        "{ owner: {} }",
        "{ owner: { role: { eq: MEMBER } } }",
        "{ not: { owner: { role: { eq: MEMBER } } } }",
        "{ owner: { email: { endsWith: \"example.org\" } } }",
        "{ owner: { email: { eq: \"DAN@EXAMPLE.ORG\" } } }",
        "{ owner: { email: { isNil: true } } }",
        "{ memberships: {} }",
        "{ not: { memberships: {} } }",
        "{ memberships: { role: { eq: HOST } } }",
        "{ memberships: { user: { displayName: { eq: \"Dan\" } }, role: { eq: GUEST } } }",
        "{ memberships: { world: { memberships: { role: { eq: HOST } } } } }",
        "{ activities: { kind: { eq: BUILD } } }",
        "{ activities: { user: { worlds: { name: { eq: \"Forum\" } } } } }",
        "{ id: { eq: \"nonsense\" } }",
        "{ id: { notEq: \"nonsense\" } }",
        "{ id: { in: [\"nonsense\", 7] } }",
        "{ insertedAt: { gte: \"2026-09-21T14:15:20+00:00\" } }",
        "{ insertedAt: { lt: \"2026-09-21T16:15:20+02:00\" } }",
        "{ owner: { worlds: { owner: { displayName: { gt: \"B\" } } } } }",
    ]
    .into_iter()
    .flat_map(|filter| [case(None, worlds(filter)), case(MEMBER, worlds(filter)), case(ADMIN, worlds(filter))])
    .collect();
    for filter in [
        "{ detail: { eq: {} } }",
        "{ detail: { notEq: [true] } }",
        "{ world: { name: { isNil: true } } }",
        "{ world: { capacity: { isNil: true } } }",
        "{ not: { world: { visibility: { eq: PUBLIC } } } }",
        "{ world: { memberCount: { gt: 1 } } }",
        "{ world: { memberCount: { isNil: true } } }",
        "{ worldId: { isNil: true }, kind: { in: [BUILD, EXPLORE] } }",
        "{ occurredAt: { gt: \"2026-09-21T23:00:00Z\" }, or: [{ kind: { eq: SCRIPT } }, { world: {} }] }",
        "{ user: { role: { notIn: [ADMIN] } } }",
        "{ user: { activities: { world: { owner: { displayName: { contains: \"o\" } } } } } }",
    ] {
        all.extend([COORDINATOR, MEMBER].map(|actor| case(actor, of("activities", filter))));
    }
    for filter in [
        "{ title: { contains: \"%\" } }",
        "{ title: { contains: \"_\\\\\" } }",
        "{ title: { startsWith: \"Change b\" } }",
        "{ state: { in: [APPROVED, REJECTED] }, approver: { displayName: { eq: \"Bo\" } } }",
        "{ not: { approver: { displayName: { eq: \"Bo\" } } } }",
        "{ approverId: { isNil: true } }",
    ] {
        all.extend([COORDINATOR, BUILDER].map(|actor| case(actor, of("modifications", filter))));
    }
    for filter in [
        "{ live: { eq: true } }",
        "{ live: { notEq: true } }",
        "{ total: { eq: \"9223372036854775807\" } }",
        "{ total: { lt: 0 } }",
        "{ total: { isNil: true } }",
        "{ label: { in: [\"ALPHA\", \"Beta\"] } }",
        "{ label: { contains: \"ÉPS\" } }",
        "{ world: { owner: {} } }",
    ] {
        all.push(case(MEMBER, format!("{{ probes(filter: {filter}) {{ label }} }}")));
    }
    all
}

fn sorts() -> Vec<Case> {
    let worlds = |sort: &str| format!("{{ worlds(sort: {sort}) {{ nodes {{ slug }} edges {{ cursor }} }} }}");
    [
        "[]",
        "null",
        "{ field: NAME }",
        "[{ field: NAME, order: DESC }]",
        "[{ field: CAPACITY }, { field: NAME, order: DESC }]",
        "{ field: CAPACITY, order: DESC }",
        "{ field: CAPACITY, order: ASC_NULLS_FIRST }",
        "{ field: CAPACITY, order: ASC_NULLS_LAST }",
        "{ field: CAPACITY, order: DESC_NULLS_FIRST }",
        "{ field: CAPACITY, order: DESC_NULLS_LAST }",
        "[{ field: MEMBER_COUNT, order: DESC }, { field: ID }]",
        "{ field: ID, order: DESC }",
        "[{ field: VISIBILITY }, { field: VISIBILITY, order: DESC }, { field: OWNER_ID }]",
        "{ field: INSERTED_AT, order: DESC }",
    ]
    .into_iter()
    .map(|sort| case(MEMBER, worlds(sort)))
    .chain([
        case(MEMBER, "{ users(sort: { field: EMAIL }) { nodes { id } } }"),
        case(ADMIN, "{ users(sort: { field: EMAIL, order: DESC }) { nodes { id email } } }"),
        case(MEMBER, "{ users(sort: [{ field: ROLE }, { field: DISPLAY_NAME }]) { nodes { id role } } }"),
        case(ADMIN, "{ probes(sort: { field: TOTAL }) { label total } }"),
        case(ADMIN, "{ probes(sort: [{ field: LIVE, order: DESC }, { field: SIZE }]) { label size } }"),
        case(ADMIN, "{ users { nodes { activities(sort: { field: KIND }, first: 3) { nodes { id kind } } } } }"),
    ])
    .collect()
}

fn pages() -> Vec<Case> {
    let info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";
    let page = |arguments: &str| format!("{{ activities({arguments}) {{ nodes {{ id }} {info} }} }}");
    let mut all: Vec<Case> = [
        "first: 0",
        "first: 1",
        "first: 47",
        "first: 48",
        "first: 250",
        "last: 0",
        "last: 5",
        "last: 250",
        "first: null",
        "first: null, last: 3",
    ]
    .into_iter()
    .map(|it| case(COORDINATOR, page(it)))
    .collect();
    all.push(case(MEMBER, page("first: 3, filter: { kind: { eq: BUILD } }")));
    all.push(case(None, page("first: 3")));
    all.push(case(ADMIN, format!("{{ users {{ nodes {{ activities(first: 0) {{ nodes {{ id }} {info} }} }} }} }}")));
    all.push(case(
        ADMIN,
        format!(
            "{{ users {{ nodes {{ activities(last: 2, sort: {{ field: KIND }}) {{ nodes {{ kind }} {info} }} }} }} }}"
        ),
    ));
    all.push(case(
        ADMIN,
        format!(
            "{{ users(last: 2) {{ nodes {{ worlds(first: 1) {{ edges {{ cursor node {{ name }} }} {info} }} }} }} }}"
        ),
    ));
    all
}

fn fragments() -> Vec<Case> {
    vec![
        case(
            MEMBER,
            "{ worlds { ...Page } } fragment Page on WorldConnection { nodes { ...One } totalCount } \
             fragment One on World { name owner { ...Person } } fragment Person on User { displayName role }",
        ),
        case(
            MEMBER,
            "{ worlds { nodes { ... { name } ... on World { slug } ...One name } } } fragment One on World { slug id }",
        ),
        case(
            MEMBER,
            "{ ...Root } fragment Root on Query { worlds { totalCount } ...More } fragment More on Query { worlds { nodes { name } } }",
        ),
        case(
            MEMBER,
            "{ worlds { nodes { owner { id } ...A ...B } } } fragment A on World { owner { displayName } } \
             fragment B on World { owner { worlds { totalCount } } memberships { nodes { role } } memberships { totalCount } }",
        ),
        case(
            ADMIN,
            "{ worlds(first: 2) { nodes { name } } ... { worlds(first: 2) { nodes { slug } pageInfo { hasNextPage } } } }",
        ),
        case(
            ADMIN,
            "{ w: worlds { edges { node { ...A } } nodes { ...A id } } } fragment A on World { name probe { label } }",
        ),
        case(
            ADMIN,
            "{ users { nodes { ...P } } activities(first: 2) { nodes { user { ...P } } } } fragment P on User { displayName worlds(first: 1) { nodes { name } } }",
        ),
    ]
}

fn directives() -> Vec<Case> {
    let query = "query($on: Boolean = true, $off: Boolean = false) { worlds { \
        totalCount @include(if: $on) nodes @skip(if: $off) { name @skip(if: $on) slug @include(if: $off) id } } }";
    vec![
        case(MEMBER, query),
        with(MEMBER, query, json!({ "on": false })),
        with(MEMBER, query, json!({ "on": false, "off": true })),
        case(MEMBER, "{ worlds { nodes { name @skip(if: true) slug @include(if: true) @skip(if: false) } } }"),
        case(MEMBER, "{ worlds @skip(if: true) { totalCount } __typename }"),
        case(MEMBER, "{ worlds @skip(if: true) { totalCount } }"),
        case(
            MEMBER,
            "{ worlds { nodes { ...A @include(if: false) ...A ... @skip(if: true) { slug } } } } fragment A on World { name }",
        ),
        case(MEMBER, "{ worlds { nodes { ...A @skip(if: true) id } } } fragment A on World { name }"),
        case(MEMBER, "{ worlds { nodes { slug @skip(if: true) name slug } } }"),
        case(MEMBER, "{ worlds { nodes { owner @skip(if: true) { id } name owner { displayName } } } }"),
        with(
            MEMBER,
            "query($x: Boolean!) { worlds { nodes @include(if: $x) { name } totalCount } }",
            json!({ "x": true }),
        ),
    ]
}

fn variables() -> Vec<Case> {
    let list = "query($n: Int = 2, $filter: WorldFilter = {name: {gt: \"A\"}}, $sort: [WorldSort!] = [{field: NAME, order: DESC}]) \
        { worlds(first: $n, filter: $filter, sort: $sort) { nodes { slug } } }";
    let one = "query($id: ID!) { world(id: $id) { name } }";
    let several = "query A { worlds { totalCount } } query B { users { totalCount } }";
    vec![
        case(MEMBER, list),
        with(MEMBER, list, json!({ "n": 1 })),
        with(MEMBER, list, json!({ "n": null, "filter": null, "sort": null })),
        with(
            MEMBER,
            list,
            json!({ "filter": { "or": [{ "capacity": { "eq": 10 } }, { "capacity": { "isNil": true } }] } }),
        ),
        with(MEMBER, list, json!({ "sort": { "field": "SLUG", "order": "ASC" }, "n": 3.0 })),
        with(MEMBER, list, json!({ "sort": [{ "field": "CAPACITY" }] })),
        with(MEMBER, one, json!({ "id": id("World", 3) })),
        with(MEMBER, one, json!({ "id": "x", "unknown": [1, 2] })),
        with(MEMBER, one, json!({ "id": 12 })),
        with(MEMBER, "query($c: Int) { worlds(filter: { capacity: { eq: $c } }) { nodes { slug } } }", json!({})),
        with(
            MEMBER,
            "query($c: Int) { worlds(filter: { capacity: { eq: $c } }) { nodes { slug } } }",
            json!({ "c": null }),
        ),
        with(
            MEMBER,
            "query($c: Int) { worlds(filter: { capacity: { eq: $c } }) { nodes { slug } } }",
            json!({ "c": 20 }),
        ),
        with(
            MEMBER,
            "query($in: [Int!]) { worlds(filter: { capacity: { in: $in } }) { nodes { slug } } }",
            json!({ "in": 20 }),
        ),
        with(
            MEMBER,
            "query($a: Int!) { worlds(filter: { capacity: { in: [$a, 10] } }) { nodes { slug } } }",
            json!({ "a": 20 }),
        ),
        with(
            MEMBER,
            "query($o: SortOrder!) { worlds(sort: { field: NAME, order: $o }) { nodes { slug } } }",
            json!({ "o": "DESC" }),
        ),
        with(
            MEMBER,
            "query($k: [ActivityKind!]!) { activities(filter: { kind: { in: $k } }) { nodes { kind } } }",
            json!({ "k": ["BUILD", "SCRIPT"] }),
        ),
        with(
            ADMIN,
            "query($d: JSON!) { activities(filter: { detail: { eq: $d } }) { nodes { id } } }",
            json!({ "d": [true] }),
        ),
        with(
            ADMIN,
            "query($n: Int) { activities(filter: { detail: { eq: { n: $n, deep: [1, { x: null }] } } }) { nodes { detail } } }",
            json!({ "n": 4 }),
        ),
        Case { operation: Some("A"), ..case(MEMBER, several) },
        Case { operation: Some("B"), ..case(MEMBER, several) },
        with(
            MEMBER,
            "query($t: DateTime!) { activities(filter: { occurredAt: { lte: $t } }) { totalCount } }",
            json!({ "t": "2026-09-22T00:00:00.000001+01:00" }),
        ),
    ]
}

/// What one may not see cannot be found out through a filter, an order or a count.
fn secrets() -> Vec<Case> {
    let queries = [
        "{ users { nodes { id displayName email role } } }",
        "{ users(filter: { email: { startsWith: \"a\" } }) { nodes { id } totalCount } }",
        "{ users(filter: { not: { email: { startsWith: \"a\" } } }) { nodes { id } totalCount } }",
        "{ users(filter: { role: { eq: ADMIN } }) { totalCount } }",
        "{ users(filter: { role: { isNil: true } }) { totalCount } }",
        "{ users(sort: { field: ROLE, order: DESC }) { nodes { id } } }",
        "{ worlds(filter: { owner: { email: { contains: \"dan\" } } }) { nodes { slug } totalCount } }",
        "{ worlds(filter: { activities: { kind: { eq: SCRIPT } } }) { nodes { slug } } }",
        "{ memberships(filter: { world: { visibility: { eq: PRIVATE } } }) { totalCount } }",
        "{ probes(filter: { world: { name: { isNil: true } } }) { label } }",
        "{ probes { label world { name } } }",
        "{ modifications { nodes { id state world { name } } totalCount } }",
        "{ currentUser { displayName email role worlds { nodes { name } } } }",
    ];
    let actors = [None, Some(ADMIN), Some(COORDINATOR), Some(BUILDER), Some(MEMBER)];
    queries.into_iter().flat_map(|query| actors.map(|actor| case(actor, query))).collect()
}

fn others() -> Vec<Case> {
    vec![
        case(None, "{ largeProbes(least: 5) { label size } }"),
        case(
            None,
            "{ largeProbes(least: -10, filter: { live: { eq: true } }, sort: { field: SIZE, order: DESC }) { label } }",
        ),
        case(None, "{ probeByLabel(label: \"BETA\") { label size } }"),
        case(None, "{ probeByLabel(label: \"omega\") { label } }"),
        case(COORDINATOR, "{ currentUser { id email activities(first: 1) { nodes { kind } totalCount } } }"),
        case(
            COORDINATOR,
            "{ \
            worlds(first: 3) { nodes { name memberCount } } users(last: 2) { nodes { displayName } } \
            activities(filter: { world: { visibility: { eq: PRIVATE } } }) { totalCount } probes { label } currentUser { id } }",
        ),
    ]
}
