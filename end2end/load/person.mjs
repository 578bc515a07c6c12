// Somebody who signs in, with nothing of a browser but redirects, cookies and the form of the stand-in.

import { request } from "node:http";

/** One request as a browser that goes somewhere sends it: `fetch` would say that it is a script's. */
async function go(url, method, cookie, form) {
  const headers = { accept: "text/html", cookie, "sec-fetch-mode": "navigate" };
  if (form) headers["content-type"] = "application/x-www-form-urlencoded";
  const response = await new Promise((resolve, reject) => {
    request(url, { method, headers }, resolve).once("error", reject).end(form?.toString());
  });
  const chunks = await response.toArray();
  return { location: response.headers.location, cookies: response.headers["set-cookie"] ?? [], page: Buffer.concat(chunks).toString() };
}

/** Signs this account in; the cookies of the site, for a header. */
export async function signIn(site, username) {
  const jars = new Map();
  const send = async (url, form) => {
    const jar = jars.get(url.host) ?? new Map();
    jars.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await go(url, form ? "POST" : "GET", cookie, form);
    for (const line of response.cookies) {
      const [name, value] = line.split(";")[0].split(/=(.*)/);
      if (line.includes("Max-Age=0")) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  let url = new URL("/auth/sign-in", site);
  let response = await send(url);
  for (let step = 0; step < 10; step++) {
    if (response.location) {
      const done = url.pathname === "/auth/callback";
      url = new URL(response.location, url);
      if (done) return [...jars.get(new URL(site).host)].map(([name, value]) => `${name}=${value}`).join("; ");
      response = await send(url);
    } else {
      const [action, form] = chosen(response.page, username);
      url = new URL(action, url);
      response = await send(url, form);
    }
  }
  throw new Error("the sign-in leads nowhere");
}

/** The form with the button of this account, filled in. */
function chosen(page, username) {
  for (const [, action, content] of page.matchAll(/<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/g)) {
    const buttons = [...content.matchAll(/<button name="account" value="([^"]+)">([\s\S]*?)<\/button>/g)];
    const button = buttons.find(([, , text]) => text.includes(`>${username}<`));
    const interaction = /name="interaction" value="([^"]+)"/.exec(content)?.[1];
    if (button && interaction) return [action, new URLSearchParams({ interaction, account: button[1] })];
  }
  throw new Error(`no button for ${username}:\n${page}`);
}
