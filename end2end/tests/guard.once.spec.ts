// The guard itself: what it must notice, it notices.
import { Guard } from "../support/guard.ts";
import { expect, test } from "../support/test.ts";

const TROUBLE: Record<string, { cause: string; noticed: RegExp }> = {
  "a console error": { cause: "console.error('broken')", noticed: /^console error .*broken$/ },
  "a console warning": { cause: "console.warn('mismatch')", noticed: /^console warning .*mismatch$/ },
  "an error nobody caught": { cause: "setTimeout(() => { throw new Error('lost') })", noticed: /^page error: lost$/ },
  "an inline style": {
    cause: "document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }))",
    noticed: /^console error .*Content Security Policy/,
  },
  "a file that is not there": { cause: "void fetch('/pkg/nothing.js')", noticed: /^GET .*nothing\.js answered 404$/ },
  "a request that is refused": { cause: "void fetch('/incidents')", noticed: /^GET .*\/incidents answered 401$/ },
};

for (const [name, { cause, noticed }] of Object.entries(TROUBLE)) {
  test(`${name} is noticed`, async ({ context, page }) => {
    const guard = new Guard(context, true);
    await page.goto("/");
    expect(guard.report()).toEqual([]);
    await page.evaluate(cause);
    await expect.poll(() => guard.report()).toEqual([expect.stringMatching(noticed)]);
  });
}

test("an announced status is no trouble, but must come", async ({ context, page }) => {
  const guard = new Guard(context, true);
  guard.expect(401);
  expect(guard.report()).toEqual(["expected an answer of status 401, but none came"]);
  await page.goto("/");
  await page.evaluate("void fetch('/incidents')");
  await expect.poll(() => guard.report()).toEqual([]);
});

test("a file of the site is missed even where its status is announced", async ({ context, page }) => {
  const guard = new Guard(context, true);
  guard.expect(404);
  await page.goto("/");
  await page.evaluate("void fetch('/pkg/nothing.js')");
  await expect.poll(() => guard.report()).toEqual([
    expect.stringMatching(/nothing\.js answered 404$/),
    "expected an answer of status 404, but none came",
  ]);
});
