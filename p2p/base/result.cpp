#include "p2p/base/result.h"

#include <array>

namespace mutoscope::base
{

namespace
{

struct Row {
    ErrorCode code;
    std::string_view name;
    int status;
};

// The first row of a status is the one that codeOfHttpStatus answers.
constexpr std::array rows{
    Row{ErrorCode::BadSignature, "bad-signature", 400},
    Row{ErrorCode::Malformed, "malformed", 400},
    Row{ErrorCode::PaymentRequired, "payment-required", 402},
    Row{ErrorCode::Forbidden, "forbidden", 403},
    Row{ErrorCode::NotFound, "not-found", 404},
    Row{ErrorCode::Conflict, "conflict", 409},
    Row{ErrorCode::Gone, "gone", 410},
    Row{ErrorCode::TooLarge, "too-large", 413},
    Row{ErrorCode::Unacceptable, "unacceptable", 422},
    Row{ErrorCode::TooMany, "too-many", 429},
    Row{ErrorCode::Unavailable, "unavailable", 503},
    Row{ErrorCode::Internal, "internal", 500},
    Row{ErrorCode::Timeout, "timeout", 504},
    Row{ErrorCode::Network, "network", 502},
    Row{ErrorCode::WrongData, "wrong-data", 500},
    Row{ErrorCode::Io, "io", 503},
    Row{ErrorCode::Cancelled, "cancelled", 503},
};

} // namespace

std::string_view name(ErrorCode code)
{
    for (const Row& row : rows) {
        if (row.code == code)
            return row.name;
    }
    return "unknown";
}

int httpStatus(ErrorCode code)
{
    for (const Row& row : rows) {
        if (row.code == code)
            return row.status;
    }
    return 500;
}

ErrorCode codeOfHttpStatus(int status)
{
    for (const Row& row : rows) {
        if (row.status == status)
            return row.code;
    }
    return ErrorCode::Internal;
}

} // namespace mutoscope::base
