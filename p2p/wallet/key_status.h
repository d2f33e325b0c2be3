#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "p2p/base/types.h"

namespace mutoscope::wallet
{

/// Where the wallet's secret rests.
enum class KeyPlace { File, Keychain };

constexpr auto namesOf(KeyPlace)
{
    using namespace std::string_view_literals;
    return std::array{std::pair{KeyPlace::File, "file"sv}, std::pair{KeyPlace::Keychain, "keychain"sv}};
}

enum class KeyState {
    Looking,     ///< a place is being asked; the desktop may be asking the person
    None,        ///< there is no wallet yet: make or restore one
    Locked,      ///< there is one; the key is not in memory
    Unavailable, ///< there is one, or may be, and the place does not give it: see `problem`. Try again, or restore it
    Open,
};

/// How the wallet's key stands.
struct KeyStatus {
    KeyState state = KeyState::Looking;
    KeyPlace place = KeyPlace::File; ///< of None: where one would be made
    bool sealed = false;             ///< known to need a passphrase
    bool backedUp = false;           ///< its words were retyped, or it came of words
    std::optional<base::PublicKey> key; ///< of the wallet that there is, also while it is locked
    std::string problem;             ///< one sentence; of Unavailable, and what went wrong where it is None or Locked

    bool operator==(const KeyStatus&) const = default;
};

} // namespace mutoscope::wallet
