//! An application that writes down what it is told.

use std::sync::Mutex;

use async_trait::async_trait;
use identity::{EndedSession, Principal, Refusal, RequestFacts, SignInEvents, SignInRefused};

#[derive(Default)]
pub struct Recorder {
    pub signed_in: Mutex<Vec<Principal>>,
    pub consented: Mutex<Vec<Principal>>,
    pub signed_out: Mutex<Vec<Principal>>,
    pub ended: Mutex<Vec<EndedSession>>,
    pub profiles: Mutex<Vec<Principal>>,
    pub refusals: Mutex<Vec<Refusal>>,
    pub turn_away: Mutex<Option<SignInRefused>>,
}

impl Recorder {
    pub fn codes(&self) -> Vec<String> {
        self.refusals.lock().unwrap().iter().map(|refusal| refusal.code.clone()).collect()
    }
}

#[async_trait]
impl SignInEvents for Recorder {
    async fn signing_in(&self, principal: &Principal, _: &RequestFacts) -> Result<(), SignInRefused> {
        if let Some(refused) = self.turn_away.lock().unwrap().clone() {
            return Err(refused);
        }
        self.signed_in.lock().unwrap().push(principal.clone());
        Ok(())
    }

    async fn profile_changed(&self, principal: &Principal, _: &RequestFacts) {
        self.profiles.lock().unwrap().push(principal.clone());
    }

    async fn consented(&self, principal: &Principal, _: &RequestFacts) -> Result<(), SignInRefused> {
        self.consented.lock().unwrap().push(principal.clone());
        Ok(())
    }

    async fn signed_out(&self, principal: &Principal, _: &RequestFacts) {
        self.signed_out.lock().unwrap().push(principal.clone());
    }

    async fn session_ended(&self, ended: &EndedSession, _: &RequestFacts) {
        self.ended.lock().unwrap().push(ended.clone());
    }

    async fn refused(&self, refusal: &Refusal, _: &RequestFacts) {
        self.refusals.lock().unwrap().push(refusal.clone());
    }
}
