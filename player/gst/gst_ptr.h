#pragma once

#include <memory>

#include <gst/gst.h>

/// GStreamer's reference counts behind unique_ptr.
namespace mutoscope::player::gst
{

struct Unref {
    void operator()(gpointer object) const { gst_object_unref(object); }
    void operator()(GstCaps* caps) const { gst_caps_unref(caps); }
    void operator()(GstSample* sample) const { gst_sample_unref(sample); }
    void operator()(GstMessage* message) const { gst_message_unref(message); }
    void operator()(GstEvent* event) const { gst_event_unref(event); }
    void operator()(GError* error) const { g_error_free(error); }
    void operator()(gchar* text) const { g_free(text); }
};

template <class T>
using Ptr = std::unique_ptr<T, Unref>;

} // namespace mutoscope::player::gst
