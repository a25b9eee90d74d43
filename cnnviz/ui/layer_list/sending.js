// The log on its way to the server, again where nobody heard it.

const RESEND_MS = 1000;

function send(list) {
  list.emit({ operations: list.operations, sent: ++list.sent }); // the count makes it another value than before
}

/** Send operations again that have no answer although the server is there and has nothing to do: it is a new one. */
function resendUnheard(list) {
  const timer = setInterval(() => {
    if (!list.ul.isConnected) clearInterval(timer);
    else if (list.operations.length && isIdle()) send(list);
  }, RESEND_MS);
}

function isIdle() {
  const { testConnectionState, testScriptState } = document.querySelector("[data-testid=stApp]")?.dataset ?? {};
  return testConnectionState === "CONNECTED" && testScriptState === "notRunning";
}
