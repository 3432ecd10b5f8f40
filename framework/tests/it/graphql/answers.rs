//! Every operation of the corpus answers as the naive reference does, byte for byte, on both databases.

use super::corpus::cases;
use super::support::on_platform;

#[tokio::test]
async fn the_corpus_answers_as_the_reference() {
    let cases = cases();
    assert!(cases.len() > 300, "{}", cases.len());
    on_platform(async |platform| {
        for case in &cases {
            platform.check(case).await;
        }
    })
    .await;
}
