//! `overstap token`: making, listing and revoking tokens.

use anyhow::{Context, bail};
use api::{TokenRole, token_hash};
use engine::handle::hex;
use store::{NewToken, Store};
use uuid::Uuid;

use crate::clock::wire_clock;
use crate::config::{Token, TokenAction};

/// Makes, lists or revokes tokens.
#[expect(clippy::print_stdout, reason = "what the command is asked for goes to standard output")]
pub async fn run(config: Token) -> anyhow::Result<()> {
    let store = Store::open(&config.database.database_url).await.context("can't open the database")?;
    match config.action {
        TokenAction::Create { name, role, project } => {
            let secret = create(&store, &name, role, project.as_deref()).await?;
            println!("{secret}");
            tracing::info!("keep it now: only its hash is stored");
        }
        TokenAction::List => {
            println!("{:<36}  {:<12}  {:<20}  {:<20}  name", "id", "role", "made", "revoked");
            for token in store.tokens().await? {
                let revoked = token.revoked_at.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
                let made = token.created_at.format("%Y-%m-%d %H:%M");
                println!("{:<36}  {:<12}  {made:<20}  {revoked:<20}  {}", token.id, token.role, token.name);
            }
        }
        TokenAction::Revoke { id } => {
            if !store.revoke_token(&id, wire_clock()).await? {
                bail!("there is no token {id} that is not revoked already; see `overstap token list`");
            }
            println!("revoked");
        }
    }
    store.close().await;
    Ok(())
}

/// Makes a token of 256 random bits and keeps its hash.
pub async fn create(store: &Store, name: &str, role: TokenRole, project: Option<&str>) -> anyhow::Result<String> {
    if name.trim().is_empty() {
        bail!("--name: say whose token it is");
    }
    let project_id = match project {
        None => None,
        Some(_) if role != TokenRole::Customer => bail!("--project: only a customer's token is bound to a project"),
        Some(reference) => {
            let loaded = store.load_by_reference(reference).await?;
            Some(loaded.with_context(|| format!("--project: there is no project {reference:?}"))?.id)
        }
    };
    let secret = random_secret()?;
    let token = NewToken {
        id: Uuid::now_v7().to_string(),
        name: name.to_owned(),
        role: role.as_str().to_owned(),
        project_id,
        sha256: token_hash(&secret),
        created_at: wire_clock(),
    };
    store.create_token(&token).await?;
    Ok(secret)
}

/// 256 random bits as text.
pub fn random_secret() -> anyhow::Result<String> {
    use rand::TryRng;
    let mut bytes = [0_u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).context("the system gives no random bytes")?;
    Ok(format!("ovs_{}", hex(&bytes)))
}
