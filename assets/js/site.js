// The one script of the public site. Every page works without it.
import "./quick_exit.js";
import "./focus_links.js";
import "./swap.js";
import "./time.js";

document.documentElement.classList.add("js");
