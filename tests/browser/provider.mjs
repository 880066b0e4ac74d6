// An identity provider by another's implementation (npm oidc-provider): one client, the hub; one person, signed in at once.
//
//   node provider.mjs PORT HUB_URL CLIENT_SECRET
//
// `POST /who` chooses who signs in next, and by what (amr). It prints `ready` once it listens.

import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, hub, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const next = { sub: "fiona", amr: ["pwd", "mfa"] };

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: "test", use: "sig", alg: "RS256" };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "concern-hub",
      client_secret: secret,
      redirect_uris: [`${hub}/sign-in/answer/other`],
      post_logout_redirect_uris: [`${hub}/signed-out`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      backchannel_logout_uri: `${hub}/sign-out/from/other`,
      backchannel_logout_session_required: true,
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ["of a test"] },
  claims: { openid: ["sub", "amr", "acr", "auth_time"], profile: ["name"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  // Its guard against calls to one's own machine goes: the hub of this test lies there.
  fetch: (address, { dispatcher: _guard, ...options }) => fetch(address, options),
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  ttl: { Session: 600, Grant: 600, AccessToken: 60, IdToken: 60, Interaction: 600 },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, name: "Fiona Sim" }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: "concern-hub", accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});

provider.on("backchannel.error", (_ctx, error) => console.error(`back-channel: ${error.cause ?? error}`));
const answer = provider.callback();

createServer(async (request, response) => {
  if (request.url === "/who") {
    let body = "";
    for await (const chunk of request) body += chunk;
    Object.assign(next, JSON.parse(body));
    response.end();
  } else if (request.url.startsWith("/interaction/")) {
    await provider.interactionFinished(request, response, { login: { accountId: next.sub, amr: next.amr } });
  } else {
    answer(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
