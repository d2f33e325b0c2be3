#pragma once

/// GStreamer's start, once per process.
namespace mutoscope::player::gst
{

/// Takes proxies out of the environment. On the main thread, before others read it.
void cleanEnvironment();
/// gst_init() once; any thread, returns when it is done. False: GStreamer does not start (no plugins, bad
/// installation).
bool ensureStarted();
/// Loads what the first film needs; any thread, takes some 100 ms the first time.
void loadPlugins();

/// Is there anything to hear from? Looks at files only, connects nowhere.
[[nodiscard]] bool hasSoundDevice();

} // namespace mutoscope::player::gst
