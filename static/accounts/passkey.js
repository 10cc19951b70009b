/* Passkeys: asks the browser for one when a form with data-passkey is sent, then posts the answer.

   data-passkey="get" or "create"; data-options: the server's options as JSON, or data-fetch: where
   to get them. Without JavaScript these forms can't work, and the page offers other ways. */

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function opened(options) {
  const asked = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return { publicKey: asked };
}

function answer(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function optionsOf(form) {
  if (!form.dataset.fetch) return JSON.parse(form.dataset.options);
  const reply = await fetch(form.dataset.fetch, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!reply.ok) throw new Error("The server gave no passkey request.");
  return (await reply.json()).request_options;
}

async function ask(form) {
  const options = opened(await optionsOf(form));
  const wish = form.elements.passwordless;
  if (form.dataset.passkey === "create" && wish && wish.checked) {
    options.publicKey.authenticatorSelection = {
      ...options.publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
  }
  const found = await navigator.credentials[form.dataset.passkey](options);
  form.elements.credential.value = JSON.stringify(answer(found));
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const told = form.querySelector("[data-passkey-error]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    told.hidden = true;
    ask(form).catch((error) => {
      told.textContent = `The passkey was not used (${error.name}). Try again, or another way.`;
      told.hidden = false;
    });
  });
}
