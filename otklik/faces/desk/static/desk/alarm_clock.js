// Ticks for alarm_sound.js, also while the tab is hidden.
setInterval(function () { postMessage("tick"); }, 8000);
