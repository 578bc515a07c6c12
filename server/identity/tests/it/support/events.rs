//! An application that writes down what it is told.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use identity::{EndedSession, Principal, Refusal, RequestFacts, SignInEvents, SignInRefused};
use tokio::sync::{Semaphore, mpsc};

/// What becomes of being told that somebody is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    Begun,
    Done,
    Dropped,
}

/// An application that takes its time to write down that somebody is signed out, until it is let go.
#[derive(Clone)]
pub struct Busy {
    says: mpsc::UnboundedSender<Telling>,
    free: Arc<Semaphore>,
}

impl Busy {
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Telling>) {
        let (says, tellings) = mpsc::unbounded_channel();
        (Self { says, free: Arc::new(Semaphore::new(0)) }, tellings)
    }

    pub fn let_go(&self) {
        self.free.close();
    }

    async fn wait(&self) {
        let mut telling = UnderWay { says: self.says.clone(), ends_as: Telling::Dropped };
        self.says.send(Telling::Begun).unwrap();
        // An error once it is let go.
        let _ = self.free.acquire().await;
        telling.ends_as = Telling::Done;
    }
}

struct UnderWay {
    says: mpsc::UnboundedSender<Telling>,
    ends_as: Telling,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let _ = self.says.send(self.ends_as);
    }
}

#[derive(Default)]
pub struct Recorder {
    pub signed_in: Mutex<Vec<Principal>>,
    pub consented: Mutex<Vec<Principal>>,
    pub signed_out: Mutex<Vec<Principal>>,
    pub ended: Mutex<Vec<EndedSession>>,
    pub profiles: Mutex<Vec<Principal>>,
    pub refusals: Mutex<Vec<Refusal>>,
    pub turn_away: Mutex<Option<SignInRefused>>,
    pub busy: Mutex<Option<Busy>>,
    pub refuse_consent: Mutex<Option<SignInRefused>>,
}

impl Recorder {
    async fn wait(&self) {
        let busy = self.busy.lock().unwrap().clone();
        if let Some(busy) = busy {
            busy.wait().await;
        }
    }

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
        if let Some(refused) = self.refuse_consent.lock().unwrap().clone() {
            return Err(refused);
        }
        self.consented.lock().unwrap().push(principal.clone());
        Ok(())
    }

    async fn signed_out(&self, principal: &Principal, _: &RequestFacts) {
        self.wait().await;
        self.signed_out.lock().unwrap().push(principal.clone());
    }

    async fn session_ended(&self, ended: &EndedSession, _: &RequestFacts) {
        self.wait().await;
        self.ended.lock().unwrap().push(ended.clone());
    }

    async fn refused(&self, refusal: &Refusal, _: &RequestFacts) {
        self.refusals.lock().unwrap().push(refusal.clone());
    }
}
