//! Porting over COIN as a project manager meets it: everything that donors, other operators and COIN itself can say, over the API and against
//! the simulated COIN.

mod access;
mod dossiers;
mod others;
mod timing;

use serde_json::{Value, json};

use crate::support::job::{Job, text, wait};
use crate::support::world::World;

/// Everything done for the order but the asking.
async fn about_to_ask(world: &World, intake: &Value) -> Job {
    let job = Job::start(&world.api, intake).await;
    job.to_order().await;
    job.customer_does_its_part().await;
    job.finish("order", &["porting-wish-date", "provider-acceptance"]).await;
    job
}

/// The warnings with a code, as they are told.
async fn warned(job: &Job, code: &str) -> Vec<String> {
    let project = job.project().await;
    let warnings = project["warnings"].as_array().unwrap().iter().filter(|warning| warning["code"] == code);
    warnings.map(|warning| text(&warning["text"]["en"])).collect()
}

async fn until_warned(job: &Job, code: &str) -> String {
    wait(&format!("the warning {code}"), async || match warned(job, code).await.pop() {
        Some(text) => Ok(text),
        None => Err(job.project().await["warnings"].clone()),
    })
    .await
}

async fn until_not_warned(job: &Job, code: &str) {
    wait(&format!("the warning {code} to go"), async || {
        let warned = warned(job, code).await;
        if warned.is_empty() { Ok(()) } else { Err(json!(warned)) }
    })
    .await;
}

/// What is to be done next, in words.
async fn to_do(job: &Job) -> Vec<String> {
    let project = job.project().await;
    let actions = project["next_actions"].as_array().unwrap().iter();
    actions.map(|action| format!("{}: {}", text(&action["party"]), text(&action["text"]["en"]))).collect()
}

/// `in portingrequestanswer` and the like, of all messages that are kept with a project.
async fn kept(job: &Job) -> Vec<String> {
    let messages = job.api.list(&job.path("/porting/messages")).await;
    messages.iter().map(|message| format!("{} {}", text(&message["direction"]), text(&message["kind"]))).collect()
}

/// A message to us, from an operator to all.
fn said_by(operator: &str, body: &Value) -> Value {
    json!({"message": {
        "header": {"sender": {"networkoperator": operator}, "receiver": {"networkoperator": "ALLO"}, "timestamp": "20270104090000"},
        "body": body,
    }})
}

/// How the connection to COIN is, as whoever runs the server sees it.
async fn connection(world: &World) -> Value {
    world.api.get("/readyz").await["coin"].clone()
}
