// Counts the runs of a page's script from what its socket carries: `asked` those that an act of the person asked for,
// `begun` all of them, also those by a timer; `ended` is the number of the last that ended. A run that is cut short for
// another has not ended.
(() => {
  if (window.runsOfTheScript) return;
  const NEW_SESSION = 4, SCRIPT_FINISHED = 6, CUT_SHORT = 2; // of ForwardMsg
  const RERUN_SCRIPT = 11, IS_AUTO_RERUN = 6; // of BackMsg and its ClientState
  const runs = { asked: 0, begun: 0, ended: 0, begunWhenAsked: 0 };
  window.runsOfTheScript = runs;

  // the fields of a protobuf message by number: numbers, or the bytes of what has a length
  const fields = (bytes) => {
    const found = {};
    let at = 0;
    const number = () => {
      let value = 0, scale = 1, byte;
      do {
        byte = bytes[at++];
        value += (byte & 127) * scale;
        scale *= 128;
      } while (byte & 128);
      return value;
    };
    while (at < bytes.length) {
      const key = number();
      const kind = key & 7;
      if (kind === 0) found[key >> 3] = number();
      else if (kind === 2) {
        const length = number();
        found[key >> 3] = bytes.subarray(at, (at += length));
      } else at += kind === 1 ? 8 : 4;
    }
    return found;
  };

  const received = (data) => {
    if (!(data instanceof ArrayBuffer)) return;
    const message = fields(new Uint8Array(data));
    if (NEW_SESSION in message) runs.begun += 1;
    if (SCRIPT_FINISHED in message && message[SCRIPT_FINISHED] !== CUT_SHORT) {
      const number = runs.begun;
      // Streamlit puts its messages in order and draws a little later
      setTimeout(() => requestAnimationFrame(() => (runs.ended = number)), 30);
    }
  };

  const sent = (data) => {
    if (!(data instanceof Uint8Array)) return;
    const state = fields(data)[RERUN_SCRIPT];
    if (!state || fields(state)[IS_AUTO_RERUN]) return;
    runs.asked += 1;
    runs.begunWhenAsked = runs.begun;
  };

  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", (event) => received(event.data));
    }
    send(data) {
      sent(data);
      super.send(data);
    }
  };
})();
