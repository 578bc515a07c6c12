// What stands around a page: the policy, the headers, and who gets nothing at all.
import { manager } from "../support/accounts.ts";
import { expect, test } from "../support/test.ts";

const NONCE = /'nonce-([^']+)'/;

test("every answer has a nonce of its own, and nothing inline is without it", async ({ person }) => {
  await person.signIn(manager);
  const nonces = new Set<string>();
  for (const path of ["/incidents", "/incidents", "/incidents/new", "/incidents/INC-100", "/incidents/INC-100/edit", "/"]) {
    const response = await person.open(path);
    const policy = (await response.headerValue("content-security-policy"))!;
    const nonce = NONCE.exec(policy)![1]!;
    nonces.add(nonce);
    expect(policy).toContain("'strict-dynamic'");
    expect(policy).not.toContain("unsafe-inline");
    expect(policy).not.toContain("'unsafe-eval'");

    const html = await response.text();
    const scripts = html.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
    expect(html.match(/<[a-z][^>]*\s(?:style|on[a-z]+)=/g) ?? []).toEqual([]);
    expect(html).not.toContain("<style");
  }
  expect(nonces.size).toBe(6);
});

test("the headers are on everything, errors and files included", async ({ muster }) => {
  const page = await (await fetch(muster.url)).text();
  const css = /href="(\/pkg\/[^"]+\.css)"/.exec(page)![1]!;
  for (const path of ["/", "/incidents", "/auth/callback", css, "/pkg/nothing.js", "/favicon.svg", "/healthz"]) {
    const { headers } = await fetch(muster.url + path, { redirect: "manual" });
    const found = Object.fromEntries(
      ["x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-opener-policy"].map((name) => [
        name,
        headers.get(name),
      ]),
    );
    expect(found, path).toEqual({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers.get("content-security-policy"), path).toMatch(NONCE);
    expect(headers.get("server"), path).toBeNull();
  }
  const files = await Promise.all([css, "/pkg/nothing.js", "/"].map((path) => fetch(muster.url + path)));
  expect(files.map(({ headers }) => headers.get("cache-control"))).toEqual([
    "public, max-age=31536000, immutable",
    "no-store",
    "no-store",
  ]);
});

test("who is not signed in gets a way to sign in and nothing else", async ({ request }) => {
  const navigation = { "sec-fetch-mode": "navigate", accept: "text/html" };
  const page = await request.get("/incidents/INC-1?order=oldest", { headers: navigation, maxRedirects: 0 });
  expect(page.status()).toBe(302);
  expect(page.headers()["location"]).toBe("/auth/sign-in?return_to=%2Fincidents%2FINC-1%3Forder%3Doldest");
  expect(await page.text()).toBe("");

  const program = await request.get("/incidents/INC-1");
  expect(program.status()).toBe(401);
  expect(await program.json()).toMatchObject({ status: 401, code: "unauthorized" });

  const call = await request.post("/sfn/incidents/list", { headers: { "sec-fetch-site": "same-origin" }, data: {} });
  expect(call.status()).toBe(401);
});

test("a form that another site sends in somebody's name is refused", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  person.guard.expect(403);
  const form = `<form method="post" action="${muster.url}/auth/sign-out"><button>Win a prize</button></form>`;
  await page.goto(`data:text/html,${encodeURIComponent(form)}`);
  await page.getByRole("button", { name: "Win a prize" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Muster did not take this request" })).toBeVisible();
  await person.open("/incidents");
  await expect(page.getByRole("banner")).toContainText(manager.name);
});

test("the development sign-in answers this machine only", async ({ muster }) => {
  const through = await fetch(muster.url, { headers: { "x-forwarded-for": "203.0.113.7" } });
  expect(through.status).toBe(421);
});
