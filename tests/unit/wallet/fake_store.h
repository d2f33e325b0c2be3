#pragma once

#include <optional>
#include <utility>

#include "p2p/wallet/secret_store.h"

namespace mutoscope::test
{

/// A place that says what the test wants.
class FakeStore final : public wallet::SecretStore
{
public:
    std::optional<std::string> text;              ///< what rests there
    std::optional<base::Error> refusal;           ///< every call is answered with it
    bool refusesRemoval = false;
    bool keepsNothing = false;                    ///< says that it has written, and has not
    int writes = 0;

    void read(Read done) override
    {
        if (refusal)
            return done(tl::unexpected(*refusal));
        if (!text)
            return done(base::fail(base::ErrorCode::NotFound, "nothing is there"));
        done(std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(*text)));
    }
    void remove(Done done) override
    {
        if (refusal)
            return done(tl::unexpected(*refusal));
        if (refusesRemoval)
            return done(base::fail(base::ErrorCode::Io, "it does not go"));
        text.reset();
        done({});
    }
    void write(const crypto::SharedSecret& secret, Done done) override
    {
        ++writes;
        if (refusal)
            return done(tl::unexpected(*refusal));
        if (!keepsNothing)
            text = secret->view();
        done({});
    }
};

inline crypto::SharedSecret secretText(std::string_view text)
{
    return std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(text));
}

} // namespace mutoscope::test
