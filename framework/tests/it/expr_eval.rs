//! Evaluation in memory: three-valued logic, what is not loaded, and faults.

use samara::evaluate::{Evaluation, Facts, Hop, RecordRow, RowSource, evaluate, holds};
use samara::ir::{Arithmetic, AttributeId, Many, Node, NodeId, RelationshipId, TextTest, Tree, TrimmedEnds, Type};
use samara::record::{Field, Input, Record};
use samara::value::{Value, ValueError};

use crate::support::rows::{APP, json, key, time};
use crate::support::write::{any_of, calculated, column, each, equal, literal, one, person};

/// A person without a boss; `level` is not loaded, nor is anything around.
fn record() -> Record {
    let resource = APP.find("Person").unwrap();
    let mut attributes = vec![Field::Shown(Value::Null); APP.resource(resource).attributes.len()];
    let at = |name: &str| usize::from(APP.resource(resource).attribute(name).unwrap().0);
    attributes[at("id")] = Field::Shown(Value::Uuid(key(resource.position(), 0)));
    attributes[at("name")] = Field::Shown(Value::Text("Ada".into()));
    attributes[at("home_id")] = Field::Shown(Value::Uuid(key(0, 0)));
    attributes[at("level")] = Field::NotLoaded;
    attributes[at("score")] = Field::Hidden;
    Record { resource, attributes, calculations: Vec::new(), related: Vec::new() }
}

fn answer(body: impl FnOnce(&mut Tree) -> NodeId) -> Result<Evaluation<Value>, ValueError> {
    let record = record();
    let arguments = Input::new().with("flag", Value::Bool(true));
    let facts = Facts { app: &APP, now: time(0), tenant: None, actor: None, arguments: &arguments };
    evaluate(&person(body), &facts, Some(&RecordRow::new(&APP, &record)))
}

fn known(value: Value) -> Result<Evaluation<Value>, ValueError> {
    Ok(Evaluation::Known(value))
}

const UNLOADED: Result<Evaluation<Value>, ValueError> = Ok(Evaluation::Unloaded);

/// An operand of a condition.
#[derive(Clone, Copy, Debug)]
enum Operand {
    Is(Option<bool>),
    Unloaded,
    Fault,
}

use Operand::{Is, Unloaded};

const FALSE: Operand = Is(Some(false));
const TRUE: Operand = Is(Some(true));
const NULL: Operand = Is(None);

impl Operand {
    fn push(self, tree: &mut Tree) -> NodeId {
        match self {
            Self::Is(value) => literal(tree, value),
            Self::Unloaded => {
                let (left, right) = (column(tree, Tree::ROW, "level"), literal(tree, 1));
                equal(tree, left, right)
            }
            Self::Fault => {
                let (one, most) = (literal(tree, 1), literal(tree, i64::MAX));
                let left = tree.push(Node::Arithmetic { op: Arithmetic::Add, left: one, right: most });
                equal(tree, left, one)
            }
        }
    }
}

fn joined(operator: fn(Vec<NodeId>) -> Node, operands: &[Operand]) -> Result<Evaluation<Value>, ValueError> {
    answer(|tree| {
        let operands = operands.iter().map(|it| it.push(tree)).collect();
        tree.push(operator(operands))
    })
}

#[test]
fn and_or_and_not_are_three_valued() {
    let bool = |it: Option<bool>| known(it.map_or(Value::Null, Value::Bool));
    for (left, right, and, or) in [
        (TRUE, TRUE, Some(true), Some(true)),
        (TRUE, NULL, None, Some(true)),
        (TRUE, FALSE, Some(false), Some(true)),
        (NULL, NULL, None, None),
        (NULL, FALSE, Some(false), None),
        (FALSE, FALSE, Some(false), Some(false)),
    ] {
        for operands in [[left, right], [right, left]] {
            assert_eq!(joined(Node::And, &operands), bool(and), "{operands:?}");
            assert_eq!(joined(Node::Or, &operands), bool(or), "{operands:?}");
        }
    }
    for (operand, expected) in [(Some(true), Some(false)), (None, None)] {
        let not = answer(|tree| {
            let operand = literal(tree, operand);
            tree.push(Node::Not(operand))
        });
        assert_eq!(not, bool(expected));
    }
}

#[test]
fn what_is_not_loaded_is_settled_by_the_other_side_in_both_orders() {
    let truth = |it| known(Value::Bool(it));
    for operands in [[FALSE, Unloaded], [Unloaded, FALSE]] {
        assert_eq!(joined(Node::And, &operands), truth(false), "{operands:?}");
        assert_eq!(joined(Node::Or, &operands), UNLOADED, "{operands:?}");
    }
    for operands in [[TRUE, Unloaded], [Unloaded, TRUE]] {
        assert_eq!(joined(Node::Or, &operands), truth(true), "{operands:?}");
        assert_eq!(joined(Node::And, &operands), UNLOADED, "{operands:?}");
    }
    for operands in [[NULL, Unloaded], [Unloaded, NULL]] {
        assert_eq!(joined(Node::And, &operands), UNLOADED, "{operands:?}");
        assert_eq!(joined(Node::Or, &operands), UNLOADED, "{operands:?}");
    }
}

#[test]
fn and_and_or_are_lazy() {
    use Operand::Fault as Faulty;
    assert_eq!(joined(Node::And, &[FALSE, Faulty]), known(Value::Bool(false)));
    assert_eq!(joined(Node::Or, &[TRUE, Faulty]), known(Value::Bool(true)));
    for operand in [TRUE, NULL] {
        assert_eq!(joined(Node::And, &[operand, Faulty]), Err(ValueError::Overflow));
    }
    assert_eq!(joined(Node::Or, &[FALSE, Faulty]), Err(ValueError::Overflow));
    assert_eq!(joined(Node::And, &[Unloaded, Faulty]), UNLOADED, "the database may find the first to be false");
    assert_eq!(joined(Node::And, &[Unloaded, Faulty, FALSE]), UNLOADED);
}

#[test]
fn case_and_coalesce_look_no_further_than_they_must() {
    let case = |condition: Operand| {
        answer(|tree| {
            let (condition, value) = (condition.push(tree), literal(tree, 1));
            let fault = Operand::Fault.push(tree);
            let otherwise = tree.push(Node::Case { arms: vec![(fault, value)], otherwise: value });
            tree.push(Node::Case { arms: vec![(condition, value)], otherwise })
        })
    };
    assert_eq!(case(TRUE), known(Value::Int(1)));
    assert_eq!(case(NULL), Err(ValueError::Overflow), "an unknown condition is no");
    assert_eq!(case(Unloaded), UNLOADED);
    let coalesced = answer(|tree| {
        let (first, second) = (literal(tree, true), Operand::Fault.push(tree));
        tree.push(Node::Coalesce(first, second))
    });
    assert_eq!(coalesced, known(Value::Bool(true)));
}

#[test]
fn null_makes_operators_null_even_beside_what_is_not_loaded() {
    let compared = |flip: bool| {
        answer(|tree| {
            let (null, level) = (literal(tree, Type::Integer), column(tree, Tree::ROW, "level"));
            if flip { equal(tree, level, null) } else { equal(tree, null, level) }
        })
    };
    assert_eq!(compared(false), known(Value::Null));
    assert_eq!(compared(true), known(Value::Null));
    let hidden = answer(|tree| {
        let score = column(tree, Tree::ROW, "score");
        tree.push(Node::IsNull(score))
    });
    assert_eq!(hidden, UNLOADED, "what a field policy hides is not NULL here: expressions see all");
}

#[test]
fn a_hop_of_a_record_is_known_only_where_its_key_is_null() {
    let through = |relationship: &'static str, attribute: &'static str| {
        answer(move |tree| {
            let path = one(tree, Tree::ROW, relationship);
            let column = column(tree, path, attribute);
            tree.push(Node::IsNull(column))
        })
    };
    assert_eq!(through("boss", "name"), known(Value::Bool(true)), "there is no boss");
    assert_eq!(through("home", "title"), UNLOADED);
    assert_eq!(through("badge", "grade"), UNLOADED);
    let reports = answer(|tree| {
        let each = each(tree, Tree::ROW, "reports");
        let condition = literal(tree, true);
        any_of(tree, each, condition)
    });
    assert_eq!(reports, UNLOADED);
}

#[test]
fn no_row_has_no_values_no_calculations_and_no_related_rows() {
    let nobody = |body: fn(&mut Tree) -> NodeId| answer(body);
    assert_eq!(nobody(|tree| column(tree, Tree::ACTOR, "name")), known(Value::Null));
    assert_eq!(nobody(|tree| calculated(tree, Tree::ACTOR, "senior")), known(Value::Null));
    let count = nobody(|tree| {
        let each = each(tree, Tree::ACTOR, "reports");
        tree.push(Node::Many { how: Many::Count, each, condition: None, value: None })
    });
    assert_eq!(count, known(Value::Int(0)));
}

#[test]
fn only_true_holds() {
    let arguments = Input::new();
    let facts = Facts { app: &APP, now: time(0), tenant: None, actor: None, arguments: &arguments };
    for (value, expected) in [(Some(true), true), (Some(false), false), (None, false)] {
        let tree = person(|tree| literal(tree, value));
        assert_eq!(holds(&tree, &facts, None), Ok(Evaluation::Known(expected)));
    }
}

#[test]
fn arguments_and_the_time_are_facts() {
    let argument =
        |name: &'static str| answer(move |tree| tree.push(Node::Argument { name: name.into(), ty: Type::Boolean }));
    assert_eq!(argument("flag"), known(Value::Bool(true)));
    assert_eq!(argument("missing"), known(Value::Null));
    assert_eq!(answer(|tree| tree.push(Node::Now)), known(Value::Timestamp(time(0))));
}

#[test]
fn overflow_is_a_fault_and_a_quotient_by_zero_is_null() {
    let arithmetic = |op, left: i64, right: i64| {
        answer(|tree| {
            let (left, right) = (literal(tree, left), literal(tree, right));
            tree.push(Node::Arithmetic { op, left, right })
        })
    };
    for (op, left, right) in [
        (Arithmetic::Add, i64::MAX, 1),
        (Arithmetic::Sub, i64::MIN, 1),
        (Arithmetic::Mul, i64::MAX, 2),
        (Arithmetic::Div, i64::MIN, -1),
    ] {
        assert_eq!(arithmetic(op, left, right), Err(ValueError::Overflow), "{op:?}");
    }
    for left in [1, i64::MIN] {
        assert_eq!(arithmetic(Arithmetic::Div, left, 0), known(Value::Null), "there is no quotient");
    }
    assert_eq!(arithmetic(Arithmetic::Div, -7, 2), known(Value::Int(-3)), "cuts towards zero");
    let shifted = answer(|tree| {
        let now = tree.push(Node::Now);
        let right = tree.literal(Value::Duration(i64::MAX), Type::Duration);
        tree.push(Node::Arithmetic { op: Arithmetic::Add, left: now, right })
    });
    assert_eq!(shifted, Err(ValueError::Overflow));
}

#[test]
fn an_empty_list_holds_nothing_not_even_null() {
    let is_in = |item: Type, items: Vec<Value>| {
        answer(|tree| {
            let item = literal(tree, item);
            let list = tree.literal(Value::List(items), Type::Integer);
            tree.push(Node::In { item, list })
        })
    };
    assert_eq!(is_in(Type::Integer, Vec::new()), known(Value::Bool(false)));
    assert_eq!(is_in(Type::Integer, vec![Value::Int(1)]), known(Value::Null));
}

#[test]
fn text_is_searched_literally_and_measured_in_code_points() {
    let test = |op, pattern: &'static str| {
        answer(move |tree| {
            let (subject, pattern) = (literal(tree, "50% é𝄞_"), literal(tree, pattern));
            tree.push(Node::Text { op, subject, pattern })
        })
    };
    assert_eq!(test(TextTest::Contains, "0%"), known(Value::Bool(true)));
    assert_eq!(test(TextTest::Contains, "5%é"), known(Value::Bool(false)));
    assert_eq!(test(TextTest::StartsWith, ""), known(Value::Bool(true)));
    assert_eq!(test(TextTest::EndsWith, "_"), known(Value::Bool(true)));
    let length = answer(|tree| {
        let text = literal(tree, "é𝄞");
        tree.push(Node::Length(text))
    });
    assert_eq!(length, known(Value::Int(2)));
    let lower = answer(|tree| {
        let text = literal(tree, "AÄ");
        tree.push(Node::Lower(text))
    });
    assert_eq!(lower, known(Value::Text("aÄ".into())), "ASCII letters only");
}

#[test]
fn text_is_measured_in_bytes_and_trimmed_of_all_white_space() {
    let bytes = answer(|tree| {
        let text = literal(tree, "é𝄞");
        tree.push(Node::ByteLength(text))
    });
    assert_eq!(bytes, known(Value::Int(6)));
    let trimmed = |ends| {
        answer(move |tree| {
            let text = literal(tree, "\u{3000}\t a b\u{85}\n");
            tree.push(Node::Trim { ends, text })
        })
    };
    assert_eq!(trimmed(TrimmedEnds::Both), known(Value::Text("a b".into())));
    assert_eq!(trimmed(TrimmedEnds::Start), known(Value::Text("a b\u{85}\n".into())));
    assert_eq!(trimmed(TrimmedEnds::End), known(Value::Text("\u{3000}\t a b".into())));
}

#[test]
fn json_is_equal_in_its_canonical_form() {
    let equals = answer(|tree| {
        let left = tree.literal(Value::Json(serde_json::json!(1.0)), Type::Json);
        let right = tree.literal(Value::Json(json(4)), Type::Json);
        equal(tree, left, right)
    });
    assert_eq!(equals, known(Value::Bool(true)));
}

#[test]
fn a_row_need_not_be_a_record() {
    struct Nothing;
    impl RowSource for Nothing {
        fn attribute(&self, _: AttributeId) -> Option<&Value> {
            None
        }
        fn one(&self, _: RelationshipId) -> Hop<'_> {
            Hop::Unloaded
        }
        fn many(&self, _: RelationshipId) -> Option<Vec<&dyn RowSource>> {
            None
        }
    }
    let arguments = Input::new();
    let facts = Facts { app: &APP, now: time(0), tenant: None, actor: Some(&Nothing), arguments: &arguments };
    let tree = person(|tree| column(tree, Tree::ACTOR, "name"));
    assert_eq!(evaluate(&tree, &facts, None), Ok(Evaluation::Unloaded));
}
