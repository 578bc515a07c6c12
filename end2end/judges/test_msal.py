"""Microsoft's own client for Python: a second implementation by the same hands."""

import base64
import html
import json
import os
import re
import unittest
from urllib.parse import parse_qsl, urljoin, urlsplit

import msal
import requests

BASE = os.environ["ENTRA_LOCAL_URL"]
SECRET = os.environ["ENTRA_LOCAL_SECRET"]
CERTIFICATE = os.environ["ENTRA_LOCAL_CERTIFICATE"]
CLIENT = os.environ["ENTRA_LOCAL_CLIENT"]
CALLBACK = "http://localhost:3999/callback"

LITWARE = "1f4c7a90-52d3-4e86-9b07-c8d1e2f3a405"
TAILSPIN = "2a5d8ba1-63e4-4f97-8c18-d9e2f304b516"
COHO = "3b6e9cb2-74f5-40a8-9d29-eaf304c15627"
WINGTIP = "4c7fadc3-8506-41b9-8e3a-fb0415d26738"

ORGANIZATIONS_APP = "5d80bed4-9617-42ca-9f4b-0c1526e37849"
SINGLE_APP = "6e91cfe5-a728-43db-8a5c-1d2637f4895a"
B2C_APP = "7fa2d0f6-b839-44ec-9b6d-2e374805a96b"
EXTERNAL_APP = "80b3e107-c94a-45fd-8c7e-3f485916ba7c"
API_APP = "91c4f218-da5b-4f6e-9d8f-40596a27cb8d"

ROSA = "rosa@litware.example"
GUEST = "rosa_litware.example#EXT#@tailspin.example"
SCOPES = ["User.Read"]


def order(**what):
    url = urljoin(BASE, "/entra-local/control/orders")
    requests.post(url, json=what, verify=CERTIFICATE, timeout=10).raise_for_status()


class Browser:
    """Redirects, cookies and forms. It stops at the application's door: nothing listens there."""

    def __init__(self):
        self.session = requests.Session()
        self.session.verify = CERTIFICATE

    def sign_in(self, url, username=None):
        """Presses the account's button where it is asked to choose; returns what the callback would get."""
        response = self.session.get(url, allow_redirects=False, timeout=10)
        while response.status_code == 200:
            response = self._choose(response.text, username)
        assert response.status_code == 302, response.text
        location = response.headers["Location"]
        assert location.startswith(CALLBACK + "?"), location
        return dict(parse_qsl(urlsplit(location).query))

    def _choose(self, page, username):
        for action, content in re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', page, re.S):
            for value, text in re.findall(r'<button name="account" value="([^"]+)">(.*?)</button>', content, re.S):
                if f">{html.escape(username or '')}<" in text:
                    interaction = re.search(r'name="interaction" value="([^"]+)"', content).group(1)
                    fields = {"interaction": interaction, "account": value}
                    return self.session.post(urljoin(BASE, action), fields, allow_redirects=False, timeout=10)
        raise AssertionError(f"no button for {username}:\n{page}")


def client(client_id, secret=SECRET, **authority):
    settings = {"instance_discovery": False} if "authority" in authority else {}
    return msal.ConfidentialClientApplication(
        client_id, client_credential=secret, verify=CERTIFICATE, **settings, **authority
    )


def at(path):
    return urljoin(BASE, path)


def sign_in(app, browser, username, scopes=SCOPES, **extra):
    flow = app.initiate_auth_code_flow(scopes, redirect_uri=CALLBACK, **extra)
    return app.acquire_token_by_auth_code_flow(flow, browser.sign_in(flow["auth_uri"], username))


def claims_of(token):
    encoded = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))


def me(token):
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(urljoin(BASE, "/v1.0/me"), headers=headers, verify=CERTIFICATE, timeout=10)


class Judge(unittest.TestCase):
    def setUp(self):
        order(do="reset")

    def test_signs_in_at_a_single_tenant(self):
        result = sign_in(client(SINGLE_APP, authority=at(LITWARE)), Browser(), ROSA)
        self.assertEqual(result["id_token_claims"]["preferred_username"], ROSA, result)
        self.assertEqual(result["id_token_claims"]["tid"], LITWARE)

    def test_signs_in_at_organizations(self):
        app = client(ORGANIZATIONS_APP, authority=at("organizations"))
        result = sign_in(app, Browser(), ROSA)
        self.assertEqual(result["id_token_claims"]["roles"], ["Reader"], result)
        [account] = app.get_accounts()
        self.assertEqual(account["home_account_id"], f"a0b1c2d3-e4f5-4061-8728-394a5b6c7d8e.{LITWARE}")

    def test_knows_a_guest_by_the_home_account(self):
        app = client(ORGANIZATIONS_APP, authority=at(TAILSPIN))
        sign_in(app, Browser(), GUEST)
        [account] = app.get_accounts()
        self.assertEqual(account["home_account_id"], f"a0b1c2d3-e4f5-4061-8728-394a5b6c7d8e.{LITWARE}")
        self.assertEqual(account["realm"], TAILSPIN)

    def test_signs_in_at_external_id(self):
        app = client(EXTERNAL_APP, oidc_authority=at(f"{WINGTIP}/v2.0"))
        result = sign_in(app, Browser(), "omar@customers.example")
        self.assertEqual(result["id_token_claims"]["tid"], WINGTIP, result)

    def test_signs_in_through_a_user_flow(self):
        app = client(B2C_APP, authority=at(f"{COHO}/B2C_1_susi"))
        result = sign_in(app, Browser(), "yuki@customers.example", [B2C_APP])
        self.assertEqual(result["id_token_claims"]["tfp"], "B2C_1_susi", result)
        self.assertIn("access_token", result)

    def test_renews_with_the_refresh_token(self):
        app = client(ORGANIZATIONS_APP, authority=at("organizations"))
        first = sign_in(app, Browser(), ROSA)
        [account] = app.get_accounts()
        again = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        self.assertNotEqual(again["access_token"], first["access_token"])

    def test_proves_itself_with_a_certificate(self):
        start = CLIENT.index("-----BEGIN CERTIFICATE")
        credential = {"private_key": CLIENT[:start], "public_certificate": CLIENT[start:]}
        app = client(ORGANIZATIONS_APP, credential, authority=at("organizations"))
        result = sign_in(app, Browser(), ROSA)
        self.assertNotIn("error", result)
        self.assertEqual(result["id_token_claims"]["preferred_username"], ROSA, result)

    def test_asks_silently(self):
        app = client(ORGANIZATIONS_APP, authority=at("organizations"))
        browser = Browser()
        self.assertEqual(sign_in(app, browser, None, prompt="none")["error"], "login_required")
        sign_in(app, browser, ROSA)
        self.assertIn("id_token", sign_in(app, browser, None, prompt="none"))

    def test_classifies_failures(self):
        # MSAL for Python translates some suberrors into a classification. It remembers failures: one client for each.
        cases = [
            (50_076, "interaction_required", "basic_action"),
            (53_003, "invalid_grant", "message_only"),
            (50_055, "invalid_grant", "user_password_expired"),
            (65_001, "consent_required", "consent_required"),
            (700_082, "invalid_grant", ""),
        ]
        for code, error, classification in cases:
            with self.subTest(code=code):
                app = client(ORGANIZATIONS_APP, authority=at("organizations"))
                sign_in(app, Browser(), ROSA)
                [account] = app.get_accounts()
                order(do="fail", endpoint="token", code=code)
                result = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
                self.assertEqual((result["error"], result["error_codes"]), (error, [code]))
                self.assertEqual(result.get("classification", ""), classification)

    def test_is_given_the_claims_challenge(self):
        app = client(ORGANIZATIONS_APP, authority=at("organizations"))
        sign_in(app, Browser(), ROSA)
        [account] = app.get_accounts()
        order(do="set_access", username=ROSA, access="mfa")
        result = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        self.assertIn("access_token", json.loads(result["claims"]))

    def test_is_given_a_token_for_itself(self):
        app = client(ORGANIZATIONS_APP, authority=at(LITWARE))
        result = app.acquire_token_for_client([f"api://{API_APP}/.default"])
        self.assertEqual(claims_of(result["access_token"])["roles"], ["Cases.Review"], result)
        again = app.acquire_token_for_client([f"api://{API_APP}/.default"])
        self.assertEqual((again["token_source"], again["access_token"]), ("cache", result["access_token"]))
        refused = app.acquire_token_for_client([f"api://{API_APP}/Cases.Read"])
        self.assertEqual(refused["error_codes"], [1_002_012])
        nowhere = client(ORGANIZATIONS_APP, authority=at("organizations"))
        self.assertEqual(nowhere.acquire_token_for_client([f"api://{API_APP}/.default"])["error_codes"], [50_059])

    def test_exchanges_a_callers_token(self):
        caller = client(ORGANIZATIONS_APP, authority=at("organizations"))
        assertion = sign_in(caller, Browser(), ROSA, [f"api://{API_APP}/Cases.Read"])["access_token"]
        api = client(API_APP, authority=at(LITWARE))
        result = api.acquire_token_on_behalf_of(assertion, SCOPES)
        self.assertEqual(claims_of(result["access_token"])["preferred_username"], ROSA, result)
        order(do="set_access", username=ROSA, access="mfa")
        refused = client(API_APP, authority=at(LITWARE)).acquire_token_on_behalf_of(assertion, SCOPES)
        self.assertEqual((refused["error"], refused["error_codes"]), ("interaction_required", [50_076]))

    def test_takes_a_refresh_token_from_elsewhere(self):
        result = sign_in(client(ORGANIZATIONS_APP, authority=at("organizations")), Browser(), ROSA)
        app = client(ORGANIZATIONS_APP, authority=at("organizations"))
        again = app.acquire_token_by_refresh_token(result["refresh_token"], SCOPES)
        self.assertNotIn("error", again)
        order(do="end_refresh_tokens", username=ROSA, by="revocation")
        refused = app.acquire_token_by_refresh_token(result["refresh_token"], SCOPES)
        self.assertEqual((refused["error"], refused["suberror"], refused["error_codes"]), ("invalid_grant", "bad_token", [50_173]))

    def test_answers_a_challenge_of_graph(self):
        app = client(ORGANIZATIONS_APP, authority=at("organizations"), client_capabilities=["cp1"])
        token = sign_in(app, Browser(), ROSA)["access_token"]
        self.assertEqual(me(token).status_code, 200)
        order(do="critical_event", username=ROSA)
        challenge = me(token)
        self.assertEqual(challenge.status_code, 401)
        encoded = re.search(r'claims="([^"]+)"', challenge.headers["WWW-Authenticate"]).group(1)
        [account] = app.get_accounts()
        asked = base64.b64decode(encoded).decode()
        renewed = app.acquire_token_silent_with_error(SCOPES, account, claims_challenge=asked)
        self.assertEqual(me(renewed["access_token"]).status_code, 200, renewed)

    def test_is_told_of_a_wrong_secret(self):
        app = client(ORGANIZATIONS_APP, "not the secret", authority=at("organizations"))
        result = sign_in(app, Browser(), ROSA)
        self.assertEqual((result["error"], result["error_codes"]), ("invalid_client", [7_000_215]))


if __name__ == "__main__":
    unittest.main()
