#include "p2p/wallet/key_file.h"

#include <algorithm>
#include <cerrno>

#include "p2p/base/disk.h"
#include "p2p/base/file.h"

namespace mutoscope::wallet
{

namespace
{

constexpr std::size_t maxBytes = 4096;

} // namespace

void KeyFile::read(Read done)
{
    auto text = base::readFile(m_file, maxBytes);
    if (!text)
        return done(tl::unexpected(text.error()));
    std::string_view line = *text;
    while (line.ends_with('\n'))
        line.remove_suffix(1);
    auto secret = std::make_shared<crypto::SecretBytes>(crypto::SecretBytes::copyOf(line));
    crypto::wipe(text->data(), text->size());
    done(crypto::SharedSecret(std::move(secret)));
}

void KeyFile::write(const crypto::SharedSecret& text, Done done)
{
    crypto::SecretBytes line(text->size() + 1);
    std::ranges::copy(text->view(), line.data());
    line.data()[text->size()] = '\n';
    done(base::writeFileDurably(m_file, line.view(), base::FileMode::OwnerOnly));
}

void KeyFile::remove(Done done)
{
    if (const int reason = base::disk::remove(m_file); reason != 0 && reason != ENOENT)
        return done(base::ioError("cannot remove " + m_file.string(), reason));
    done(base::syncFolder(m_file.parent_path()));
}

} // namespace mutoscope::wallet
