#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace mutoscope::base
{

/// What went wrong, coarse enough to decide on. The sentence for a person or a log is in Error::message.
enum class ErrorCode {
    BadSignature,    ///< signature, key, type or envelope does not fit: the message is dropped (HTTP 400)
    Malformed,       ///< unreadable bytes: JSON, encoding, a missing member, a limit of the format
    PaymentRequired, ///< not enough tokens (402)
    Forbidden,       ///< no permission to view, not the owner (403)
    NotFound,        ///< unknown address, contract, content (404)
    Conflict,        ///< same id with other bytes, or wrong state (409)
    Gone,            ///< expired (410)
    TooLarge,        ///< over a size limit (413)
    Unacceptable,    ///< terms not acceptable (422)
    TooMany,         ///< slow down (429)
    Unavailable,     ///< try later (503)
    Timeout,         ///< no answer in time; the outcome is unknown
    Network,         ///< connection refused, reset, TLS failure or wrong pin; the outcome is unknown
    WrongData,       ///< bytes arrived whole, but their hash or content is not what was promised
    Io,              ///< local disk or database
    Cancelled,       ///< nobody wants the outcome any more
    Internal,        ///< our own fault
};

struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message; ///< one sentence with the cause, UTF-8, no secrets

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// The code's name for logs, e.g. "payment-required".
[[nodiscard]] std::string_view name(ErrorCode code);

/// HTTP status of a refusal with this code, protocol §2.
[[nodiscard]] int httpStatus(ErrorCode code);

/// The code that an HTTP status of a refusal stands for; Internal for those that the protocol does not use.
[[nodiscard]] ErrorCode codeOfHttpStatus(int status);

} // namespace mutoscope::base
