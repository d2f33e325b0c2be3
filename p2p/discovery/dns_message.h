#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "p2p/base/result.h"

/// DNS messages (RFC 1035 §4) as far as service discovery on the local network (RFC 6762, RFC 6763) needs them. Pure; what comes
/// in is a stranger's: bounded in bytes, records, labels, and in how often a name may point elsewhere.
namespace mutoscope::discovery::dns
{

inline constexpr std::size_t maxMessage = 9'000; ///< RFC 6762 §17
inline constexpr std::size_t maxRecords = 256;   ///< of all sections together, questions too

/// Labels, without the root's. As they are read, letters of ASCII in lower case: names are compared without their case.
using Name = std::vector<std::string>;

/// "a.b.local"; only for names whose labels have no dots.
[[nodiscard]] Name nameOf(std::string_view text);
[[nodiscard]] std::string toString(const Name& name);

enum : std::uint16_t { typeA = 1, typePtr = 12, typeTxt = 16, typeAaaa = 28, typeSrv = 33, typeAny = 255 };

struct Question {
    Name name;
    std::uint16_t type = typePtr;
    bool unicast = false; ///< the answer is wanted by unicast (RFC 6762 §5.4)

    bool operator==(const Question&) const = default;
};

/// SRV, without priority and weight: there is one place for each service.
struct Place {
    std::uint16_t port = 0;
    Name host;

    bool operator==(const Place&) const = default;
};

struct Record {
    Name name;
    std::uint16_t type = 0;
    bool flush = false; ///< replaces all others of its name and type (RFC 6762 §10.2)
    std::uint32_t ttl = 0; ///< seconds
    /// Of PTR a Name, of SRV a Place, of others the bytes as they are: 4 of A, 16 of AAAA.
    std::variant<std::string, Name, Place> data;

    bool operator==(const Record&) const = default;
};

struct Message {
    std::uint16_t id = 0;
    bool isResponse = false;
    std::vector<Question> questions;
    std::vector<Record> answers; ///< in a query: what is known already
    std::vector<Record> others;  ///< authority and additional

    bool operator==(const Message&) const = default;
};

/// Malformed, or TooLarge. Records of other classes than IN are left out, and so are messages that are not standard queries and
/// their answers, which are Malformed as a whole.
[[nodiscard]] base::Result<Message> read(std::string_view bytes);
/// Names are written once and pointed to. TooLarge where it does not fit into `most` bytes, Malformed for a name that is none.
[[nodiscard]] base::Result<std::string> write(const Message& message, std::size_t most = maxMessage);

} // namespace mutoscope::discovery::dns
