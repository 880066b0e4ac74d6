// Passkeys: asks the browser for one, and sends what it gives as the form's field. Without it the page says so.
"use strict";

(() => {
  const place = document.querySelector("[data-passkey]");
  if (!place) return;
  const form = place.querySelector("form");
  const wrong = document.getElementById("passkey-wrong");
  const bytes = (text) => {
    const plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(plain), (one) => one.charCodeAt(0));
  };
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const asked = () => {
    const options = JSON.parse(place.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      options[list] = (options[list] || []).map((one) => ({ ...one, id: bytes(one.id) }));
    }
    return options;
  };

  const said = (credential) => {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    try {
      const credential = await navigator.credentials[place.dataset.passkey]({ publicKey: asked() });
      form.elements.credential.value = said(credential);
      form.submit();
    } catch {
      wrong.hidden = false;
    }
  });
})();
