#include "app/common/passphrase_prompt.h"

#include <cstdio>

#include <termios.h>
#include <unistd.h>

namespace mutoscope::app
{

crypto::SharedSecret askPassphrase(const char* question)
{
    termios before{};
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return nullptr; // no terminal
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    std::fprintf(stderr, "%s ", question);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    crypto::SecretBytes line(1024); // read directly, so that no buffer of the C library keeps it
    const ssize_t size = ::read(STDIN_FILENO, line.data(), line.size());
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::fputc('\n', stderr);
    const std::string_view typed = line.view().substr(0, size > 0 ? static_cast<std::size_t>(size) : 0);
    const std::string_view text = typed.substr(0, typed.find('\n'));
    return text.empty() ? nullptr : std::make_shared<const crypto::SecretBytes>(crypto::SecretBytes::copyOf(text));
}

} // namespace mutoscope::app
