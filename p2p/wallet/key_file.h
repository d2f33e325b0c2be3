#pragma once

#include <filesystem>

#include "p2p/wallet/secret_store.h"

namespace mutoscope::wallet
{

/// A file of mode 0600 with one line; replaced whole, so that a crash leaves the old one or the new one. Answers at once.
class KeyFile final : public SecretStore
{
public:
    explicit KeyFile(std::filesystem::path file) : m_file(std::move(file)) {}

    void read(Read done) override;
    void write(const crypto::SharedSecret& text, Done done) override;
    void remove(Done done) override;

private:
    std::filesystem::path m_file;
};

} // namespace mutoscope::wallet
