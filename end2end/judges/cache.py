"""Microsoft's own client for Python with a cache document: takes and answers the orders that cache.mjs describes."""

import json
import sys
from urllib.parse import parse_qsl, urljoin, urlsplit

import msal
import requests

order = json.load(sys.stdin)
cache = msal.SerializableTokenCache()
app = msal.ConfidentialClientApplication(
    order["clientId"],
    client_credential=order["secret"],
    authority=order["authority"],
    instance_discovery=False,
    token_cache=cache,
)


def sign_in(redirect_uri):
    flow = app.initiate_auth_code_flow(order["scopes"], redirect_uri=redirect_uri)
    location = flow["auth_uri"]
    while not location.startswith(redirect_uri):
        response = requests.get(location, allow_redirects=False, timeout=10)
        response.raise_for_status()
        location = urljoin(location, response.headers["Location"])
    return app.acquire_token_by_auth_code_flow(flow, dict(parse_qsl(urlsplit(location).query)))


def silent():
    cache.deserialize(json.dumps(order["document"]))
    [account] = app.get_accounts()
    return app.acquire_token_silent_with_error(order["scopes"], account, force_refresh=bool(order.get("force")))


result = sign_in(order["signIn"]) if "signIn" in order else silent()
[account] = app.get_accounts()
answer = {
    "token": result["access_token"],
    "fromCache": result.get("token_source") == "cache",
    "account": {"username": account["username"], "homeAccountId": account["home_account_id"]},
    "document": json.loads(cache.serialize()),
}
json.dump(answer, sys.stdout)
