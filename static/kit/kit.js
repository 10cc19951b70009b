/* Starts the small behaviours of the kit; every page works without them. */
import "./announce.js";
import "./closes.js";
import "./focus.js";
