"""Where `slack run` looks."""

from handlers.socket_mode import main

if __name__ == "__main__":
    main()
