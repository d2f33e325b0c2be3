#include "player/gst/errors.h"
#include "player/words.h"

#include <QRegularExpression>

namespace mutoscope::player::gst
{
namespace
{

QString text(const char* utf8)
{
    return QString::fromUtf8(utf8);
}

/// gst_missing_plugin_message_*() of gstreamer-pbutils write this structure; read it without another library.
const GstCaps* missingCaps(GstMessage* message)
{
    const GstStructure* structure = gst_message_get_structure(message);
    const GValue* detail = structure ? gst_structure_get_value(structure, "detail") : nullptr;
    return detail && GST_VALUE_HOLDS_CAPS(detail) ? gst_value_get_caps(detail) : nullptr;
}

QString mediaType(GstMessage* message)
{
    const GstCaps* caps = missingCaps(message);
    return caps && !gst_caps_is_empty(caps) ? text(gst_structure_get_name(gst_caps_get_structure(caps, 0))) : QString();
}

/// Which of Debian 12's packages decodes it.
QString packageFor(const QString& type)
{
    if (type == u"video/x-av1")
        return QStringLiteral("gstreamer1.0-plugins-bad");
    if (type == u"video/x-vp8" || type == u"video/x-vp9" || type == u"audio/x-flac")
        return QStringLiteral("gstreamer1.0-plugins-good");
    if (type == u"audio/x-opus" || type == u"audio/x-vorbis" || type == u"video/x-theora")
        return QStringLiteral("gstreamer1.0-plugins-base");
    if (type == u"application/x-hls")
        return QStringLiteral("gstreamer1.0-plugins-good");
    return QStringLiteral("gstreamer1.0-libav"); // H.264, H.265, AAC, MP3, AC-3, MPEG-4 … and most others
}

/// From the structure that souphttpsrc adds, or from the words of hlsdemux2, which adds none.
int httpStatusOf(GstMessage* message, const QString& words)
{
    const GstStructure* details = nullptr;
    gst_message_parse_error_details(message, &details);
    guint status = 0;
    if (details && gst_structure_get_uint(details, "http-status-code", &status) && status > 0)
        return static_cast<int>(status);
    static const QRegularExpression pattern(
        QStringLiteral(R"((?:HTTP (?:status|error|code)[^0-9]{0,20}|\()([1-5]\d\d)\b)"),
        QRegularExpression::CaseInsensitiveOption);
    const auto match = pattern.match(words);
    return match.hasMatch() ? match.captured(1).toInt() : 0;
}

QString networkSentence(int status)
{
    switch (status) {
    case 0:
        return Words::tr("The film cannot be read: no answer from its source.");
    case 402:
        return Words::tr("The film's source asks for a payment (402).");
    case 403:
        return Words::tr("The film's source refuses access (403).");
    case 404:
        return Words::tr("The film, or a part of it, was not found (404).");
    case 410:
        return Words::tr("The film is not offered any more (410).");
    default:
        return Words::tr("The film's source answered with an error (%1).").arg(status);
    }
}

ErrorKind kindOf(const GError& error)
{
    if (error.domain == GST_RESOURCE_ERROR)
        return ErrorKind::Network;
    if (error.domain == GST_STREAM_ERROR) {
        return error.code == GST_STREAM_ERROR_CODEC_NOT_FOUND ? ErrorKind::CodecMissing : ErrorKind::Decode;
    }
    if (error.domain == GST_CORE_ERROR && error.code == GST_CORE_ERROR_MISSING_PLUGIN)
        return ErrorKind::CodecMissing;
    return ErrorKind::Other;
}

bool hasClass(GstObject* object, const char* word)
{
    GstElementFactory* factory = GST_IS_ELEMENT(object) ? gst_element_get_factory(GST_ELEMENT(object)) : nullptr;
    const gchar* classes = factory ? gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS) : nullptr;
    return classes && text(classes).contains(QLatin1StringView(word));
}

} // namespace

PlayerError errorOf(GstMessage* message)
{
    GError* rawError = nullptr;
    gchar* rawDebug = nullptr;
    gst_message_parse_error(message, &rawError, &rawDebug);
    const Ptr<GError> error(rawError);
    const Ptr<gchar> debug(rawDebug);

    PlayerError result;
    result.detail = QStringLiteral("%1: %2 [%3]")
                        .arg(text(GST_OBJECT_NAME(GST_MESSAGE_SRC(message))), text(error->message), text(debug.get()));
    result.kind = kindOf(*error);
    result.httpStatus = httpStatusOf(message, result.detail);
    if (hasClass(GST_MESSAGE_SRC(message), "Sink/Audio"))
        result.kind = ErrorKind::Device;
    else if (result.httpStatus >= 400 || hasClass(GST_MESSAGE_SRC(message), "Source"))
        result.kind = ErrorKind::Network; // a refused connection comes as a mere "internal data stream error"

    switch (result.kind) {
    case ErrorKind::Network:
        result.sentence = networkSentence(result.httpStatus);
        break;
    case ErrorKind::CodecMissing:
        result.packages = {QStringLiteral("gstreamer1.0-libav"), QStringLiteral("gstreamer1.0-plugins-bad")};
        result.sentence = Words::tr("A decoder for this film is missing: install the packages %1.").arg(result.packages.join(Words::tr(" and ")));
        break;
    case ErrorKind::Decode:
        result.sentence = Words::tr("The film's data is damaged or of an unknown kind.");
        break;
    case ErrorKind::Device:
        result.sentence = Words::tr("The sound device cannot be used.");
        break;
    case ErrorKind::Other:
        result.sentence = Words::tr("The player cannot go on: %1").arg(text(error->message));
        break;
    }
    return result;
}

bool isMissingPlugin(GstMessage* message)
{
    return GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT && gst_message_has_name(message, "missing-plugin");
}

bool isMissingVideoDecoder(GstMessage* message)
{
    const QString type = mediaType(message);
    return type.startsWith(u"video/") || type.startsWith(u"image/");
}

PlayerError missingPlugin(GstMessage* message)
{
    const QString type = mediaType(message);
    const gchar* name = gst_structure_get_string(gst_message_get_structure(message), "name");
    PlayerError result;
    result.kind = ErrorKind::CodecMissing;
    result.packages = {packageFor(type)};
    result.sentence = Words::tr("The decoder for this film is missing (%1): install the package %2.")
                          .arg(name ? text(name) : type, result.packages.first());
    result.detail = QStringLiteral("missing plugin for %1").arg(type);
    return result;
}

} // namespace mutoscope::player::gst
