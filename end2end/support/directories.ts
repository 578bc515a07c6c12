// The worlds that people come from: those of entra-local's own scenarios, with our applications in place of theirs.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const CONTOSO = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
export const FABRIKAM = "b80a4f1d-92c7-4e3b-8f16-5d7e3a20c6f1";
const WOODGROVE = "c4d2e9a0-7b15-4f63-8a1e-2d9c60b7f358";

/** An application that people sign in to. */
export type Application = { clientId: string; secret: string; site: string };
/** The second one. */
export type Relying = Application & { tenant: string };

export type Directory = {
  /** The scenario file for Muster and the second application. */
  scenario: (muster: Application, second: Relying) => string;
  /** What Muster has to be told about it. */
  settings: (base: string) => Record<string, string>;
};

/** Tenants and accounts of a scenario, without its applications. */
function people(name: string): string {
  const text = readFileSync(join(import.meta.dirname, `../../server/entra-local/scenarios/${name}.toml`), "utf8");
  return text.slice(0, text.indexOf("[[apps]]"));
}

function registration(name: string, app: Application, paths: string[], more: string): string {
  return `
[[apps]]
client_id = "${app.clientId}"
client_secret = "${app.secret}"
name = "${name}"
redirect_uris = [${paths.map((path) => `"${app.site}${path}"`).join(", ")}]
${more}
`;
}

const WAYS_BACK = ["/auth/callback", "/signed-out", "/auth/admin-consent/callback"];

/** Two organisations that use Entra ID: Contoso and Fabrikam. */
export const organisations: Directory = {
  scenario: (muster, second) =>
    people("demo") +
    registration(
      "Muster",
      muster,
      WAYS_BACK,
      `front_channel_logout_uri = "${muster.site}/auth/front-channel-logout"
audience = "organizations"
roles = ["Admin", "IncidentManager", "Responder", "Viewer", "Auditor"]`,
    ) +
    registration(
      "Second application",
      second,
      ["/callback", "/"],
      `front_channel_logout_uri = "${second.site}/front-channel-logout"
audience = "single:${second.tenant}"`,
    ),
  settings: (base) => ({ AZURE_TENANT_ID: "organizations", AZURE_AUTHORITY_HOST: base, MUSTER_TENANTS: "any" }),
};

/** Woodgrove's customers, who sign in by the user flows of Azure AD B2C. None of them has a role. */
export const customers: Directory = {
  scenario: (muster) => people("customers") + registration("Muster", muster, WAYS_BACK, 'audience = "common"'),
  settings: (base) => ({
    MUSTER_B2C_AUTHORITY: `${base}woodgrove.example`,
    MUSTER_B2C_TENANT_ID: WOODGROVE,
    MUSTER_B2C_SIGN_IN_POLICY: "B2C_1_susi",
    MUSTER_B2C_EDIT_PROFILE_POLICY: "B2C_1_edit_profile",
    MUSTER_B2C_RESET_PASSWORD_POLICY: "B2C_1_reset_password",
  }),
};
